using Sightline.Core.Model;

namespace Sightline.Server.Write.Enrich;

/// <summary>Country, region and city: what the sender says, else the operator's place database, else the built-in table of countries.</summary>
internal sealed class PlaceStep(CountryRanges countries, PlaceFile? file) : IEnrichStep, IDisposable
{
    private readonly BoundedCache<UInt128, Place> _places = new(16_384);
    private readonly BoundedCache<(string Country, string Region, string City), Place> _shared = new(2048);

    public string Name => "place";

    public DropReason? Apply(EnrichItem item)
    {
        var incoming = item.In;
        var country = Country(incoming.Country);
        if (country.Length == 0 && item.Address.Ip is not null)
        {
            item.Place = Find(item.Address);
        }

        if (country.Length > 0 || incoming.Region is not null || incoming.City is not null)
        {
            var region = CleanText.Line(incoming.Region, EventLimits.Name);
            var city = CleanText.Line(incoming.City, EventLimits.Name);
            item.Place = new Place(country.Length > 0 ? country : item.Place.Country, region.Length > 0 ? region : item.Place.Region, city.Length > 0 ? city : item.Place.City);
        }

        return null;
    }

    public void Dispose() => file?.Dispose();

    private Place Find(VisitorAddress address)
    {
        if (_places.TryGet(address.Bits, out var place))
        {
            return place;
        }

        place = file?.Find(address);
        if (place is null || place.Country.Length == 0)
        {
            place = new Place(countries.Find(address), place?.Region ?? "", place?.City ?? "");
        }

        // One object for all addresses of a place: what is made of the same objects need not be made again.
        if (_shared.TryGet((place.Country, place.Region, place.City), out var shared))
        {
            place = shared;
        }
        else
        {
            _shared.Add((place.Country, place.Region, place.City), place);
        }

        _places.Add(address.Bits, place);
        return place;
    }

    private static string Country(string? code) =>
        code is { Length: 2 } && char.IsAsciiLetter(code[0]) && char.IsAsciiLetter(code[1]) ? code.ToUpperInvariant() : "";
}
