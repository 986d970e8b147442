using Sightline.Core.Model;

namespace Sightline.Server.Import;

/// <summary>The right to go on, as the control socket hands it out.</summary>
internal sealed record TurnAnswer(string Turn);

/// <summary>Counts over the control socket; drop reasons as their numbers, which never change.</summary>
internal sealed record CountsAnswer(long Received, long Stored, Dictionary<int, long> Drops)
{
    public static CountsAnswer Of(ImportCounts counts) => new(counts.Received, counts.Stored, counts.Drops.ToDictionary(static drop => (int)drop.Key, static drop => drop.Value));

    public ImportCounts ToCounts() => new(Received, Stored, Drops.ToDictionary(static drop => (DropReason)drop.Key, static drop => drop.Value));
}
