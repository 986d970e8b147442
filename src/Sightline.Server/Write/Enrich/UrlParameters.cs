using System.Collections.Frozen;
using System.Text;

namespace Sightline.Server.Write.Enrich;

/// <summary>Takes parameters out of addresses.</summary>
internal static class UrlParameters
{
    /// <summary><paramref name="url"/> without those of <paramref name="names"/> in its query and its fragment; the rest stays as it is.</summary>
    public static string Without(string url, FrozenSet<string> names)
    {
        var mark = url.AsSpan().IndexOfAny('?', '#');
        if (mark < 0)
        {
            return url;
        }

        var kept = new StringBuilder(url.Length).Append(url, 0, mark);
        var at = mark;
        while (at < url.Length)
        {
            var begin = at;
            var isQuery = url[begin] == '?';
            var end = isQuery ? url.IndexOf('#', begin) : -1;
            end = end < 0 ? url.Length : end;
            Part(url[begin], url.AsSpan(begin + 1, end - begin - 1), names, kept);
            at = end;
        }

        return kept.Length == url.Length ? url : kept.ToString();
    }

    private static void Part(char mark, ReadOnlySpan<char> text, FrozenSet<string> names, StringBuilder kept)
    {
        var separator = mark;
        foreach (var range in text.Split('&'))
        {
            var pair = text[range];
            var equals = pair.IndexOf('=');
            // A fragment without a value names a place on the page.
            var name = equals < 0 ? mark == '?' ? pair : default : pair[..equals];
            if (name.IsEmpty || !names.Contains(QueryText.Decode(name, 200)))
            {
                kept.Append(separator).Append(pair);
                separator = '&';
            }
        }
    }
}
