namespace Sightline.Server.Write.Enrich;

/// <summary>Where a visitor is; empty: not known.</summary>
/// <param name="Country">ISO 3166-1 alpha-2, upper case.</param>
/// <param name="Region">ISO 3166-2 (<c>DE-BE</c>), or what the sender called it.</param>
/// <param name="City">English name, or what the sender called it.</param>
internal sealed record Place(string Country, string Region, string City)
{
    public static readonly Place Unknown = new("", "", "");
}
