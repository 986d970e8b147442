using MaxMind.Db;

namespace Sightline.Server.Write.Enrich;

/// <summary>An operator's place database in MaxMind's format (<c>.mmdb</c>): GeoLite2 City, DB-IP City Lite and the like. The file is mapped, not loaded.</summary>
internal sealed class PlaceFile : IDisposable
{
    private readonly Reader _reader;

    /// <exception cref="InvalidDataException">The file is missing or not in this format.</exception>
    public PlaceFile(string path)
    {
        try
        {
            _reader = new Reader(path, FileAccessMode.MemoryMapped);
        }
        catch (Exception e) when (e is IOException or InvalidDatabaseException or UnauthorizedAccessException)
        {
            throw new InvalidDataException($"the place database {path} cannot be read: {e.Message}", e);
        }
    }

    /// <summary><see langword="null"/> when the database says nothing of the address.</summary>
    public Place? Find(VisitorAddress address)
    {
        // A database of IPv4 alone throws for the other family.
        if (address.Ip is null || (_reader.Metadata.IPVersion == 4 && !address.IsV4) || _reader.Find<Dictionary<string, object>>(address.Ip) is not { } record)
        {
            return null;
        }

        var country = Text(Map(record, "country"), "iso_code") ?? Text(Map(record, "registered_country"), "iso_code") ?? Text(record, "country_code") ?? "";
        var region = "";
        if (record.TryGetValue("subdivisions", out var list) && list is List<object> { Count: > 0 } subdivisions && subdivisions[0] is Dictionary<string, object> first)
        {
            region = Text(first, "iso_code") is { Length: > 0 } code && country.Length > 0 ? $"{country}-{code}" : Text(Map(first, "names"), "en") ?? "";
        }

        var city = Text(Map(Map(record, "city"), "names"), "en") ?? Text(record, "city") ?? "";
        return new Place(country, region, city);
    }

    public void Dispose() => _reader.Dispose();

    private static Dictionary<string, object>? Map(Dictionary<string, object>? map, string key) =>
        map is not null && map.TryGetValue(key, out var value) ? value as Dictionary<string, object> : null;

    private static string? Text(Dictionary<string, object>? map, string key) => map is not null && map.TryGetValue(key, out var value) ? value as string : null;
}
