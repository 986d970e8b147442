using System.Globalization;
using Sightline.Core.Model;

namespace Sightline.Core.Wire.Graphite;

/// <summary>Reads <c>10s:6h,1m:6d,10m:5y</c>: step and duration, or step and number of points, of each archive.</summary>
internal static class Retentions
{
    private static readonly (string Name, long Seconds)[] Units =
        [("seconds", 1), ("minutes", 60), ("hours", 3600), ("days", 86_400), ("weeks", 604_800), ("years", 31_536_000)];

    /// <returns>The finest first; or what is wrong.</returns>
    public static (IReadOnlyList<SeriesArchive> Archives, string? Fault) Parse(string text)
    {
        var archives = new List<SeriesArchive>();
        foreach (var part in text.Split(','))
        {
            var definition = part.Trim();
            var colon = definition.IndexOf(':', StringComparison.Ordinal);
            if (colon < 0)
            {
                return ([], $"'{definition}' is no step:duration, such as 10s:6h");
            }

            if (Read(definition[..colon]) is not { } step || step.Amount is 0 or > uint.MaxValue)
            {
                return ([], $"'{definition[..colon]}' is no step, such as 10s or 1m");
            }

            if (Read(definition[(colon + 1)..]) is not { } kept)
            {
                return ([], $"'{definition[(colon + 1)..]}' is no duration, such as 6h or 30d, and no number of points");
            }

            var points = kept.HasUnit ? kept.Amount / step.Amount : kept.Amount;
            if (points is 0 or > uint.MaxValue)
            {
                return ([], $"'{definition}' keeps {(points == 0 ? "no" : "too many")} points");
            }

            archives.Add(new SeriesArchive((uint)step.Amount, (uint)points));
        }

        // Whisper puts them in order itself.
        archives.Sort(static (a, b) => a.Step.CompareTo(b.Step));
        return (archives, SeriesKeeping.FaultOf(archives));
    }

    // Carbon knows the first letters; whisper, whose grammar this is, each word's beginning.
    private static (long Amount, bool HasUnit)? Read(string text)
    {
        var digits = text.AsSpan().IndexOfAnyExceptInRange('0', '9');
        digits = digits < 0 ? text.Length : digits;
        if (digits is 0 or > 12)
        {
            return null;
        }

        var amount = long.Parse(text.AsSpan(0, digits), NumberStyles.None, CultureInfo.InvariantCulture);
        if (digits == text.Length)
        {
            return (amount, false);
        }

        foreach (var (name, seconds) in Units)
        {
            if (name.StartsWith(text[digits..], StringComparison.Ordinal))
            {
                return (amount * seconds, true);
            }
        }

        return null;
    }
}
