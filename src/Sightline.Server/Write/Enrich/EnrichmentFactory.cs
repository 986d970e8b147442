using Sightline.Store.Settings;

namespace Sightline.Server.Write.Enrich;

/// <summary>The steps, in their order. What each does, drops and can be told is in docs/enrichment.md.</summary>
internal static class EnrichmentFactory
{
    /// <summary>Our own data files, beside the program.</summary>
    public static string BuiltInFiles => Path.Combine(AppContext.BaseDirectory, "data");

    /// <exception cref="InvalidDataException">A data file is missing or damaged.</exception>
    public static Enrichment Create(string dataDirectory, EnrichmentOptions options, VisitorSalts salts, TimeProvider time,
        Func<uint, DateOnly, DateOnly, IReadOnlyList<Store.ReceivedDay>>? received = null)
    {
        var userAgents = UserAgents.Load(BuiltInFiles, OwnLines(options.BotsFile ?? Path.Combine(dataDirectory, "bots.txt"), required: options.BotsFile is not null));
        var sources = SourceTable.Load(Path.Combine(BuiltInFiles, "sources.tsv"));
        var spam = new SpamList([
            .. OwnLines(Path.Combine(BuiltInFiles, "referrer-spam.txt"), required: true),
            .. OwnLines(options.ReferrerSpamFile ?? Path.Combine(dataDirectory, "referrer-spam.txt"), required: options.ReferrerSpamFile is not null),
        ]);
        var countries = CountryRanges.Load(Path.Combine(BuiltInFiles, "countries.bin"));
        var places = options.PlacesFile ?? Path.Combine(dataDirectory, "places.mmdb");
        var placeFile = options.PlacesFile is not null || File.Exists(places) ? new PlaceFile(places) : null;
        return new Enrichment(
            [
                new CleanStep(),
                new DoNotTrackStep(),
                new DomainsStep(),
                new BotStep(userAgents),
                new PrefetchStep(),
                new AddressStep(),
                new ExclusionStep(),
                new PlaceStep(countries, placeFile),
                new DeviceStep(),
                new SourceStep(sources, spam),
                new VisitorStep(salts),
                new TieStep(salts),
                new QuotaStep(received ?? ((_, _, _) => [])),
            ],
            time);
    }

    private static IEnumerable<string> OwnLines(string path, bool required)
    {
        if (!File.Exists(path))
        {
            return required ? throw new InvalidDataException($"{path} is missing") : [];
        }

        return File.ReadLines(path).Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#');
    }
}
