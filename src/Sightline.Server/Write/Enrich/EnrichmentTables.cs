namespace Sightline.Server.Write.Enrich;

/// <summary>What the steps look things up in: files beside the program and those of the operator. They need nothing of the data path, so they are read while it opens.</summary>
internal sealed record EnrichmentTables(UserAgents UserAgents, SourceTable Sources, SpamList Spam, CountryRanges Countries, PlaceFile? Places)
{
    /// <exception cref="InvalidDataException">A data file is missing or damaged.</exception>
    public static EnrichmentTables Load(string dataDirectory, EnrichmentOptions options)
    {
        var builtIn = EnrichmentFactory.BuiltInFiles;
        var userAgents = UserAgents.Load(builtIn, OwnLines(options.BotsFile ?? Path.Combine(dataDirectory, "bots.txt"), required: options.BotsFile is not null));
        var sources = SourceTable.Load(Path.Combine(builtIn, "sources.tsv"));
        var spam = new SpamList([
            .. OwnLines(Path.Combine(builtIn, "referrer-spam.txt"), required: true),
            .. OwnLines(options.ReferrerSpamFile ?? Path.Combine(dataDirectory, "referrer-spam.txt"), required: options.ReferrerSpamFile is not null),
        ]);
        var countries = CountryRanges.Load(Path.Combine(builtIn, "countries.bin"));
        var places = options.PlacesFile ?? Path.Combine(dataDirectory, "places.mmdb");
        return new EnrichmentTables(userAgents, sources, spam, countries, options.PlacesFile is not null || File.Exists(places) ? new PlaceFile(places) : null);
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
