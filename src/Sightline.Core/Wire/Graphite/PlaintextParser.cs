using System.Buffers;
using Sightline.Core.Model;

namespace Sightline.Core.Wire.Graphite;

/// <summary>Reads a line of carbon's plaintext protocol: <c>name value time</c>, time in Unix seconds or -1 for now.</summary>
public static class PlaintextParser
{
    // Python's split(): what is below a blank in ASCII and is white space there.
    private static readonly SearchValues<byte> s_space = SearchValues.Create([9, 10, 11, 12, 13, 28, 29, 30, 31, 32]);

    /// <param name="line">Without its line end; white space around and between is of any length.</param>
    /// <param name="now">What -1 stands for, Unix seconds.</param>
    /// <param name="name">Canonical; ends with the line.</param>
    /// <param name="point">The sample.</param>
    public static GraphiteFault Parse(ReadOnlySpan<byte> line, uint now, out ReadOnlySpan<byte> name, out Point point)
    {
        point = default;
        name = Word(ref line);
        var value = Word(ref line);
        var time = Word(ref line);
        if (time.IsEmpty || !Word(ref line).IsEmpty || !PyFloat.TryParse(value, out var number) || !PyFloat.TryParse(time, out var seconds))
        {
            return GraphiteFault.Malformed;
        }

        var fault = SeriesName.Check(name, out name);
        return fault == GraphiteFault.None ? Check(number, seconds, now, out point) : fault;
    }

    /// <summary>Checks what carbon would only find out when it stores the sample.</summary>
    internal static GraphiteFault Check(double value, double seconds, uint now, out Point point)
    {
        point = default;
        if (double.IsNaN(value))
        {
            return GraphiteFault.NotANumber;
        }

        if (seconds == -1)
        {
            seconds = now;
        }

        if (!(seconds >= 0 && seconds < uint.MaxValue))
        {
            return GraphiteFault.BadTime;
        }

        point = new Point((uint)seconds, value);
        return GraphiteFault.None;
    }

    private static ReadOnlySpan<byte> Word(scoped ref ReadOnlySpan<byte> line)
    {
        var from = 0;
        while (from < line.Length && s_space.Contains(line[from]))
        {
            from++;
        }

        var rest = line[from..];
        var length = rest.IndexOfAny(s_space);
        var word = length < 0 ? rest : rest[..length];
        line = rest[word.Length..];
        return word;
    }
}
