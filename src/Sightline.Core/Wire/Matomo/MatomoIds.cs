using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Sightline.Core.Model;
using Sightline.Core.Wire.Common;

namespace Sightline.Core.Wire.Matomo;

/// <summary>The ids of a hit, each as strict as Matomo reads it.</summary>
internal static class MatomoIds
{
    private const int VisitorIdLength = 16;

    /// <summary><c>idsite</c>: decimal digits without sign, space or leading zero, above 0.</summary>
    public static bool TryReadSite(FormFields fields, out uint site) => TryReadNumber(fields.Text("idsite"), out site) && site > 0;

    /// <summary>A number as PHP's <c>(string)(int)$text === $text</c> accepts it, not negative.</summary>
    public static bool TryReadNumber(string? text, out uint number)
    {
        number = 0;
        return text is { Length: > 0 } && (text[0] != '0' || text.Length == 1)
            && uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }

    /// <summary>
    /// <c>cid</c>, which must be exactly 16 hexadecimal digits, else <c>_id</c>, of which the first 16 count and which is ignored when it
    /// is no id.
    /// </summary>
    /// <returns><see langword="false"/>: <c>cid</c> is given and wrong.</returns>
    public static bool TryReadVisitor(FormFields fields, out string? visitorId, out bool ignored)
    {
        visitorId = null;
        ignored = false;
        if (fields.Text("cid") is { Length: > 0 } forced)
        {
            visitorId = forced.ToLowerInvariant();
            return forced.Length == VisitorIdLength && IsHex(forced);
        }

        if (fields.Text("_id") is { Length: > 0 } id)
        {
            ignored = id.Length < VisitorIdLength || !IsHex(id.AsSpan(0, VisitorIdLength));
            visitorId = ignored ? null : id[..VisitorIdLength].ToLowerInvariant();
        }

        return true;
    }

    /// <summary>An id of any length within <see cref="EventLimits.Id"/>: a cut one could be another's, so a long one is hashed.</summary>
    public static string? Bounded(string? id) =>
        id is null || id.Length <= EventLimits.Id ? id is null ? null : Text.Cut(id, EventLimits.Id)
            : "sha256:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id)));

    private static bool IsHex(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            if (!char.IsAsciiHexDigit(c))
            {
                return false;
            }
        }

        return true;
    }
}
