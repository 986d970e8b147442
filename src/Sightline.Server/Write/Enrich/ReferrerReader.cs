using Sightline.Core.Model;

namespace Sightline.Server.Write.Enrich;

/// <summary>Reads referrers; what was read once is remembered. For one thread.</summary>
internal sealed class ReferrerReader(SourceTable sources, SpamList spam)
{
    private const string AppScheme = "android-app://";
    private const int TextLimit = 512;

    private readonly BoundedCache<string, Referrer?> _known = new(8192);

    /// <returns><see langword="null"/> when it is no referrer: empty, relative, or of a scheme no site links from.</returns>
    public Referrer? Find(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        if (!_known.TryGet(text, out var referrer))
        {
            referrer = Read(text);
            _known.Add(text, referrer);
        }

        return referrer;
    }

    private Referrer? Read(string raw)
    {
        var text = CleanText.WithoutControls(raw).AsSpan().Trim();
        if (text.Length > EventLimits.Referrer)
        {
            text = text[..EventLimits.Referrer];
        }

        string host;
        ReadOnlySpan<char> path, query;
        if (text.StartsWith(AppScheme, StringComparison.OrdinalIgnoreCase))
        {
            var rest = text[AppScheme.Length..];
            var end = rest.IndexOfAny('/', '?', '#');
            path = query = default;
            if (!UrlParts.ReadHost(end < 0 ? rest : rest[..end], out host))
            {
                return null;
            }
        }
        else if (!UrlParts.TrySplit(text, out host, out path, out query, out _) || host.Length == 0)
        {
            return null;
        }

        var bare = SiteDomain.WithoutWww(host).ToString();
        var entry = sources.ByHost(bare);
        var shown = path is "/" ? bare : string.Concat(bare, path);
        return new Referrer(bare, CleanText.Line(shown, TextLimit), entry, entry is null ? "" : Keyword(entry, query), spam.Contains(bare));
    }

    private static string Keyword(SourceEntry entry, ReadOnlySpan<char> query)
    {
        if (query.IsEmpty || entry.Category != SourceCategory.Search)
        {
            return "";
        }

        foreach (var name in entry.Keywords)
        {
            foreach (var range in query.Split('&'))
            {
                var pair = query[range];
                if (pair.Length > name.Length + 1 && pair[name.Length] == '=' && pair.StartsWith(name, StringComparison.Ordinal))
                {
                    return QueryText.Decode(pair[(name.Length + 1)..], EventLimits.Name);
                }
            }
        }

        return "";
    }
}
