using Sightline.Core.Model;

namespace Sightline.Core.Wire.Graphite;

/// <summary>Reads a message of carbon's pickle protocol: a list of <c>(name, (time, value))</c>. The four bytes of its length came before.</summary>
public static class PickleParser
{
    /// <summary>Longer messages are refused, as carbon does.</summary>
    public const int MaxBytes = 1024 * 1024;

    /// <param name="message">The pickle.</param>
    /// <param name="now">What a time of -1 stands for, Unix seconds.</param>
    /// <param name="taken">Told of each member: its canonical name and sample, or what is wrong with it (then the name is empty).</param>
    /// <returns>False: the message is no list of anything; nothing was told.</returns>
    public static bool TryParse(ReadOnlyMemory<byte> message, uint now, Take taken)
    {
        List<PickleValue>? members;
        try
        {
            members = PickleReader.Read(message).Items;
        }
        catch (InvalidDataException)
        {
            return false;
        }

        if (members is null)
        {
            return false;
        }

        foreach (var member in members)
        {
            var fault = Parse(member, now, out var name, out var point);
            taken(fault, fault == GraphiteFault.None ? name : default, point);
        }

        return true;
    }

    /// <summary>See <see cref="TryParse"/>.</summary>
    public delegate void Take(GraphiteFault fault, ReadOnlySpan<byte> name, Point point);

    private static GraphiteFault Parse(in PickleValue member, uint now, out ReadOnlySpan<byte> name, out Point point)
    {
        name = default;
        point = default;
        if (member.Items is not [var path, var sample] || path.Kind != PickleKind.Text || sample.Items is not [var time, var value]
            || !TryNumber(time, out var seconds) || !TryNumber(value, out var number))
        {
            return GraphiteFault.Malformed;
        }

        var fault = SeriesName.Check(path.Text.Span, out name);
        return fault == GraphiteFault.None ? PlaintextParser.Check(number, seconds, now, out point) : fault;
    }

    // statsd writes values as texts.
    private static bool TryNumber(in PickleValue value, out double number)
    {
        number = value.Number;
        return value.Kind == PickleKind.Number || (value.Kind == PickleKind.Text && PyFloat.TryParse(value.Text.Span, out number));
    }
}
