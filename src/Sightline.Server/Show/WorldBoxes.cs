using System.Collections.Frozen;
using System.Text.Json;

namespace Sightline.Server.Show;

/// <summary>Where countries lie on the map of the world: the part of it to show when one is looked at.</summary>
internal static class WorldBoxes
{
    private static readonly Lazy<FrozenDictionary<string, string>> Boxes = new(() =>
        JsonSerializer.Deserialize<Dictionary<string, string>>(PageAssets.Beside("world-boxes.json"))!.ToFrozenDictionary(StringComparer.Ordinal));

    /// <summary>A <c>viewBox</c>; <see langword="null"/>: the map has no such country (it is too small for it).</summary>
    /// <param name="country">ISO 3166-1 code.</param>
    public static string? Of(string country) => Boxes.Value.GetValueOrDefault(country);
}
