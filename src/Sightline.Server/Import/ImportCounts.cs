using Sightline.Core.Model;

namespace Sightline.Server.Import;

/// <summary>What the store has counted of a project's imported lines, since ever. Received = stored + the sum of drops.</summary>
internal sealed record ImportCounts(long Received, long Stored, IReadOnlyDictionary<DropReason, long> Drops)
{
    public static readonly ImportCounts None = new(0, 0, new Dictionary<DropReason, long>());

    /// <summary>What came since <paramref name="before"/>.</summary>
    public ImportCounts Since(ImportCounts before) => new(
        Received - before.Received,
        Stored - before.Stored,
        Drops.Select(drop => (drop.Key, Count: drop.Value - before.Drops.GetValueOrDefault(drop.Key)))
            .Where(static drop => drop.Count != 0)
            .ToDictionary(static drop => drop.Key, static drop => drop.Count));
}
