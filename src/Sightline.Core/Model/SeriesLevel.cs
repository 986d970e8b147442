using System.Buffers.Text;

namespace Sightline.Core.Model;

/// <summary>
/// Names under which a series' coarser archives are kept: the series' own, a byte that no sender's name can have, and the step. They are series like any
/// other on their way and in the store, and found only through the one they belong to.
/// </summary>
public static class SeriesLevel
{
    private const byte Separator = 0x1F;

    /// <summary>What such a name has more than its series' at most.</summary>
    public const int MoreBytes = 11;

    public static byte[] Name(ReadOnlySpan<byte> series, uint step)
    {
        Span<byte> digits = stackalloc byte[10];
        Utf8Formatter.TryFormat(step, digits, out var length);
        return [.. series, Separator, .. digits[..length]];
    }

    /// <summary>Splits such a name; false: it is a series' own.</summary>
    public static bool TrySplit(ReadOnlySpan<byte> name, out ReadOnlySpan<byte> series, out uint step)
    {
        var at = name.LastIndexOf(Separator);
        series = at < 0 ? name : name[..at];
        step = 0;
        return at > 0 && Utf8Parser.TryParse(name[(at + 1)..], out step, out var read) && read == name.Length - at - 1 && step > 0;
    }
}
