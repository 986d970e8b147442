using System.Net;
using System.Net.Sockets;

namespace Sightline.Server.Write.Enrich;

/// <summary>A set of addresses and CIDR ranges of both families, merged and sorted: a look-up is one binary search.</summary>
internal sealed class AddressRanges
{
    private readonly UInt128[] _starts;
    private readonly UInt128[] _ends;

    /// <param name="texts">Addresses and ranges; settings let in nothing else, and what cannot be read matches nothing.</param>
    public AddressRanges(IEnumerable<string> texts)
    {
        var ranges = new List<(UInt128 Start, UInt128 End)>();
        foreach (var text in texts)
        {
            if (TryParse(text, out var range))
            {
                ranges.Add(range);
            }
        }

        ranges.Sort();
        var merged = new List<(UInt128 Start, UInt128 End)>();
        foreach (var range in ranges)
        {
            if (merged.Count > 0 && (merged[^1].End == UInt128.MaxValue || range.Start <= merged[^1].End + 1))
            {
                merged[^1] = (merged[^1].Start, UInt128.Max(merged[^1].End, range.End));
            }
            else
            {
                merged.Add(range);
            }
        }

        _starts = [.. merged.Select(range => range.Start)];
        _ends = [.. merged.Select(range => range.End)];
    }

    public bool IsEmpty => _starts.Length == 0;

    public bool Contains(UInt128 address)
    {
        var at = Array.BinarySearch(_starts, address);
        at = at >= 0 ? at : ~at - 1;
        return at >= 0 && address <= _ends[at];
    }

    private static bool TryParse(ReadOnlySpan<char> text, out (UInt128 Start, UInt128 End) range)
    {
        range = default;
        text = text.Trim();
        var slash = text.IndexOf('/');
        if (!IPAddress.TryParse(slash < 0 ? text : text[..slash], out var ip))
        {
            return false;
        }

        var bits = VisitorAddress.BitsOf(ip);
        var width = ip.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;
        var prefix = width;
        if (slash >= 0 && (!int.TryParse(text[(slash + 1)..], out prefix) || prefix < 0 || prefix > width))
        {
            return false;
        }

        var free = width - prefix;
        var mask = free == 128 ? UInt128.MaxValue : (UInt128.One << free) - 1;
        range = (bits & ~mask, bits | mask);
        return true;
    }
}
