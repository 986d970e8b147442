using System.Globalization;
using Sightline.Core.Model;
using Sightline.Server.Import;

namespace Sightline.Server.Features.Imports;

/// <summary>Counts of an import in one line of text: <c>received=10 stored=7 bot=3</c>, by which a job keeps them.</summary>
internal static class CountText
{
    public static string Of(ImportCounts counts) => string.Create(CultureInfo.InvariantCulture, $"received={counts.Received} stored={counts.Stored} {Drops(counts)}").TrimEnd();

    public static string Drops(ImportCounts counts) => string.Join(' ', counts.Drops.OrderByDescending(drop => drop.Value).Select(drop => string.Create(CultureInfo.InvariantCulture, $"{drop.Key.Name()}={drop.Value}")));

    public static ImportCounts Parse(string text)
    {
        var counts = Entries(text).ToDictionary(entry => entry.Name, entry => entry.Count, StringComparer.Ordinal);
        return new ImportCounts(
            counts.GetValueOrDefault("received"), counts.GetValueOrDefault("stored"),
            Enum.GetValues<DropReason>().Where(reason => counts.ContainsKey(reason.Name())).ToDictionary(reason => reason, reason => counts[reason.Name()]));
    }

    public static IEnumerable<(string Name, long Count)> Entries(string text)
    {
        foreach (var word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = word.LastIndexOf('=');
            if (equals > 0 && long.TryParse(word.AsSpan(equals + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var count))
            {
                yield return (word[..equals], count);
            }
        }
    }
}
