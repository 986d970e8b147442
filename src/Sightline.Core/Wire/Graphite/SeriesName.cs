using System.Text.Unicode;

namespace Sightline.Core.Wire.Graphite;

/// <summary>
/// Names of series: dotted, or with tags, <c>name;tag=value;tag=value</c>. The canonical form has the tags sorted; a tag that comes twice keeps
/// its last value, as in graphite-web's <c>TaggedSeries</c>.
/// </summary>
public static class SeriesName
{
    /// <summary>Longer names are refused.</summary>
    public const int MaxBytes = 1024;

    /// <summary>Checks a name and brings it into its canonical form.</summary>
    /// <param name="name">As sent.</param>
    /// <param name="canonical">The name itself, or new bytes when its tags had to be put in order.</param>
    public static GraphiteFault Check(ReadOnlySpan<byte> name, out ReadOnlySpan<byte> canonical)
    {
        canonical = name;
        if (name.IsEmpty)
        {
            return GraphiteFault.Malformed;
        }

        if (name.Length > MaxBytes)
        {
            return GraphiteFault.TooLong;
        }

        if (!Utf8.IsValid(name) || name.IndexOfAnyInRange((byte)0, (byte)' ') >= 0)
        {
            return GraphiteFault.Malformed;
        }

        return name.Contains((byte)';') ? Sort(name, out canonical) : GraphiteFault.None;
    }

    /// <summary>A name in its canonical form; <see langword="null"/>: it is none.</summary>
    public static string? Canonical(string name) =>
        Check(System.Text.Encoding.UTF8.GetBytes(name), out var canonical) == GraphiteFault.None ? System.Text.Encoding.UTF8.GetString(canonical) : null;

    private static GraphiteFault Sort(ReadOnlySpan<byte> name, out ReadOnlySpan<byte> canonical)
    {
        canonical = name;
        var end = name.IndexOf((byte)';');
        if (end == 0)
        {
            return GraphiteFault.BadTags;
        }

        var tags = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        var rest = name[(end + 1)..];
        while (true)
        {
            var semicolon = rest.IndexOf((byte)';');
            var tag = semicolon < 0 ? rest : rest[..semicolon];
            var equals = tag.IndexOf((byte)'=');
            if (equals <= 0 || equals == tag.Length - 1 || tag[..equals].IndexOfAny("!^"u8) >= 0 || tag[equals + 1] == '~')
            {
                return GraphiteFault.BadTags;
            }

            tags[System.Text.Encoding.UTF8.GetString(tag[..equals])] = tag.ToArray();
            if (semicolon < 0)
            {
                break;
            }

            rest = rest[(semicolon + 1)..];
        }

        var sorted = new byte[name.Length];
        name[..end].CopyTo(sorted);
        foreach (var tag in tags.Values)
        {
            sorted[end++] = (byte)';';
            tag.CopyTo(sorted, end);
            end += tag.Length;
        }

        canonical = sorted.AsSpan(0, end);
        return GraphiteFault.None;
    }
}
