namespace Sightline.Server.Features.Setup;

/// <summary>IANA names of the zones this machine knows, for a select.</summary>
internal static class TimeZones
{
    /// <summary>UTC first, then by name. Without the old names that are neither a place nor UTC.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        "UTC",
        .. TimeZoneInfo.GetSystemTimeZones()
            .Select(zone => zone.Id)
            .Where(id => id.Contains('/', StringComparison.Ordinal) && !id.StartsWith("Etc/", StringComparison.Ordinal) && !id.StartsWith("US/", StringComparison.Ordinal)
                && !id.StartsWith("SystemV/", StringComparison.Ordinal) && TimeZoneInfo.TryFindSystemTimeZoneById(id, out var zone) && zone.HasIanaId)
            .Distinct()
            .Order(StringComparer.Ordinal),
    ];
}
