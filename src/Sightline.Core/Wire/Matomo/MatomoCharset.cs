using System.Text;
using System.Text.Unicode;

namespace Sightline.Core.Wire.Matomo;

/// <summary>
/// Pages in an old charset (<c>cs</c>) percent-encode their own links in it, while matomo.js sends everything else as UTF-8. Such
/// escapes in a URL are rewritten as UTF-8; escapes that are UTF-8 already stay.
/// </summary>
internal static class MatomoCharset
{
    public static string Reencode(string url, string? charset)
    {
        if (charset is null || !url.Contains('%', StringComparison.Ordinal) || Find(charset) is not { } encoding)
        {
            return url;
        }

        var result = new StringBuilder(url.Length);
        var run = new List<byte>();
        for (var i = 0; i < url.Length;)
        {
            run.Clear();
            var end = i;
            while (end + 2 < url.Length && url[end] == '%' && char.IsAsciiHexDigit(url[end + 1]) && char.IsAsciiHexDigit(url[end + 2]))
            {
                run.Add(Convert.FromHexString(url.AsSpan(end + 1, 2))[0]);
                end += 3;
            }

            if (run.Count == 0)
            {
                result.Append(url[i++]);
                continue;
            }

            var bytes = run.ToArray();
            result.Append(Utf8.IsValid(bytes) ? url[i..end] : Uri.EscapeDataString(encoding.GetString(bytes)));
            i = end;
        }

        return result.ToString();
    }

    private static Encoding? Find(string charset) => charset.Trim().ToLowerInvariant() switch
    {
        "" or "utf-8" or "utf8" => null,
        // The web reads latin1 as its superset.
        "iso-8859-1" or "latin1" or "us-ascii" => CodePagesEncodingProvider.Instance.GetEncoding(1252),
        { Length: < 40 } name => CodePagesEncodingProvider.Instance.GetEncoding(name),
        _ => null,
    };
}
