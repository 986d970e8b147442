using System.Collections.Frozen;
using System.Text.Json;

namespace Sightline.Core.Model;

/// <summary>Drop reasons as they are spelled on the wire and on screens.</summary>
public static class DropReasonText
{
    private static readonly FrozenDictionary<DropReason, string> Names =
        Enum.GetValues<DropReason>().ToFrozenDictionary(reason => reason, reason => JsonNamingPolicy.SnakeCaseLower.ConvertName(reason.ToString()));

    /// <summary><c>bad_url</c>; the number for one that a newer version wrote.</summary>
    public static string Name(this DropReason reason) =>
        Names.TryGetValue(reason, out var name) ? name : ((ushort)reason).ToString(System.Globalization.CultureInfo.InvariantCulture);
}
