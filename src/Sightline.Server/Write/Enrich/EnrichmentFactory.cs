using Sightline.Store.Settings;

namespace Sightline.Server.Write.Enrich;

/// <summary>The steps, in their order. What each does, drops and can be told is in docs/enrichment.md.</summary>
internal static class EnrichmentFactory
{
    /// <summary>Our own data files, beside the program.</summary>
    public static string BuiltInFiles => Path.Combine(AppContext.BaseDirectory, "data");

    /// <param name="tables">From <see cref="EnrichmentTables.Load"/>.</param>
    /// <param name="salts">For visitors' hashes.</param>
    /// <param name="time">Clock.</param>
    /// <param name="received">What a project received, by day, for its quota.</param>
    public static Enrichment Create(EnrichmentTables tables, VisitorSalts salts, TimeProvider time, Func<uint, DateOnly, DateOnly, IReadOnlyList<Store.ReceivedDay>>? received = null)
    {
        return new Enrichment(
            [
                new CleanStep(),
                new DoNotTrackStep(),
                new DomainsStep(),
                new BotStep(tables.UserAgents),
                new PrefetchStep(),
                new AddressStep(),
                new ExclusionStep(),
                new PlaceStep(tables.Countries, tables.Places),
                new DeviceStep(),
                new SourceStep(tables.Sources, tables.Spam),
                new VisitorStep(salts),
                new TieStep(salts),
                new QuotaStep(received ?? ((_, _, _) => [])),
            ],
            time);
    }
}
