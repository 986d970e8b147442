using Sightline.Core.Wire.StatsD;

namespace Sightline.Store.Series;

/// <summary>
/// Which beginnings most names have, in bounded memory (Misra and Gries): a beginning that more than one in <see cref="Counters"/> names have is always
/// among those counted, and its count is at most that share too low. Old names lose weight as new ones come.
/// </summary>
internal sealed class PrefixSketch
{
    private const int Counters = 512;
    private const int MostDepth = 6;
    private const int Shown = 5;

    /// <summary>After so many names everything counts half: what is told is of lately.</summary>
    private const long Fade = 200_000;

    private readonly Dictionary<byte[], long> _counts = new(Utf8Keys.Comparer);
    private long _names;

    public void Add(ReadOnlySpan<byte> name, int weight)
    {
        _names += weight;
        if (_names >= Fade)
        {
            _names /= 2;
            Lower(static count => count / 2);
        }

        var tags = name.IndexOf((byte)';');
        var path = tags < 0 ? name : name[..tags];
        for (var (at, depth) = (0, 0); depth < MostDepth && path[at..].IndexOf((byte)'.') is var dot and >= 0; depth++)
        {
            at += dot + 1;
            Count(path[..at], weight);
        }

        // Of names with tags it is mostly one tag that has too many values.
        while (tags >= 0)
        {
            var value = name[tags..].IndexOf((byte)'=');
            if (value < 0)
            {
                return;
            }

            Count([.. path, (byte)';', .. name.Slice(tags + 1, value)], weight);
            var next = name[(tags + 1)..].IndexOf((byte)';');
            tags = next < 0 ? -1 : tags + 1 + next;
        }
    }

    /// <summary>The longest beginnings that many names have, and the share of names, most first.</summary>
    public IReadOnlyList<NamePrefix> Worst()
    {
        var worst = new List<(string Text, long Count)>();
        // Longer ones first among equals: "app.requests." says more than "app.".
        foreach (var (text, count) in _counts.Select(static pair => (Text: System.Text.Encoding.UTF8.GetString(pair.Key), Count: pair.Value)).OrderByDescending(static pair => pair.Text.Length))
        {
            if (count * 50 >= _names && !worst.Any(known => known.Text.StartsWith(text, StringComparison.Ordinal) && known.Count * 10 >= count * 6))
            {
                worst.Add((text, count));
            }
        }

        return [.. worst.OrderByDescending(static pair => pair.Count).Take(Shown).Select(pair => new NamePrefix(pair.Text, Math.Min(1, (double)pair.Count / Math.Max(1, _names))))];
    }

    private void Count(ReadOnlySpan<byte> prefix, int weight)
    {
        var counts = _counts.GetAlternateLookup<ReadOnlySpan<byte>>();
        if (counts.TryGetValue(prefix, out var count))
        {
            counts[prefix] = count + weight;
        }
        else if (_counts.Count < Counters)
        {
            counts[prefix] = weight;
        }
        else
        {
            Lower(count => count - weight);
        }
    }

    private void Lower(Func<long, long> lower)
    {
        foreach (var (prefix, count) in _counts)
        {
            if (lower(count) is > 0 and var left)
            {
                _counts[prefix] = left;
            }
            else
            {
                _counts.Remove(prefix);
            }
        }
    }
}
