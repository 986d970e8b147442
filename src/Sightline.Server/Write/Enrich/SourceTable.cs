using System.Collections.Frozen;

namespace Sightline.Server.Write.Enrich;

/// <summary>Known sources by host and by the names campaigns give them, from <c>sources.tsv</c> (form: web/data/sources.tsv).</summary>
internal sealed class SourceTable
{
    // Hosts in front of a "name.*" domain that are still the same thing; maps.google.com is not.
    private static readonly FrozenSet<string> PlainPrefixes = FrozenSet.Create(StringComparer.Ordinal, "", "m", "l", "lm", "amp", "mobile", "touch", "out", "web", "go", "smile");

    private readonly FrozenDictionary<string, SourceEntry>.AlternateLookup<ReadOnlySpan<char>> _domains;
    private readonly FrozenDictionary<string, SourceEntry>.AlternateLookup<ReadOnlySpan<char>> _exact;
    private readonly FrozenDictionary<string, SourceEntry>.AlternateLookup<ReadOnlySpan<char>> _wildcards;
    private readonly FrozenDictionary<string, SourceEntry> _names;

    private SourceTable(Dictionary<string, SourceEntry> domains, Dictionary<string, SourceEntry> exact, Dictionary<string, SourceEntry> wildcards, Dictionary<string, SourceEntry> names)
    {
        _domains = domains.ToFrozenDictionary(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
        _exact = exact.ToFrozenDictionary(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
        _wildcards = wildcards.ToFrozenDictionary(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
        _names = names.ToFrozenDictionary(StringComparer.Ordinal);
    }

    public static SourceTable Load(string path)
    {
        Dictionary<string, SourceEntry> domains = [], exact = [], wildcards = [], names = [];
        foreach (var line in File.ReadLines(path))
        {
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }

            var fields = line.Split('\t');
            if (fields.Length < 2)
            {
                throw new InvalidDataException($"{path}: cannot read: {line}");
            }

            var entry = new SourceEntry(fields[0], Category(fields[1], path), fields.Length > 4 ? Words(fields[4]) : []);
            foreach (var domain in fields.Length > 2 ? Words(fields[2]) : [])
            {
                var (table, key) = domain.StartsWith('=') ? (exact, domain[1..]) : domain.EndsWith(".*", StringComparison.Ordinal) ? (wildcards, domain[..^2]) : (domains, domain);
                table.TryAdd(key, entry);
            }

            foreach (var name in fields.Length > 3 ? Words(fields[3]) : [])
            {
                names.TryAdd(name, entry);
            }

            names.TryAdd(fields[0].ToLowerInvariant(), entry);
        }

        return new SourceTable(domains, exact, wildcards, names);
    }

    /// <summary>By a referrer's host, lower case, without <c>www.</c>: the longest domain listed that it ends with.</summary>
    public SourceEntry? ByHost(ReadOnlySpan<char> host)
    {
        if (_exact.TryGetValue(host, out var found))
        {
            return found;
        }

        for (var rest = host; !rest.IsEmpty; rest = Parent(rest))
        {
            if (_domains.TryGetValue(rest, out found))
            {
                return found;
            }
        }

        return ByWildcard(host);
    }

    /// <summary>By what a campaign calls it, lower case: a name, another name, or a host.</summary>
    public SourceEntry? ByName(string source) =>
        _names.TryGetValue(source, out var found) ? found : source.Contains('.') ? ByHost(SiteDomain.WithoutWww(source)) : null;

    private SourceEntry? ByWildcard(ReadOnlySpan<char> host)
    {
        var site = SiteDomain.Of(host);
        var dot = site.IndexOf('.');
        if (dot < 0 || !_wildcards.TryGetValue(site[..dot], out var found))
        {
            return null;
        }

        // "google.shop" is nobody we know, "google.de" and "google.co.uk" are.
        var suffix = site[(dot + 1)..];
        var country = suffix is "com" || suffix[(suffix.LastIndexOf('.') + 1)..].Length == 2;
        var prefix = host.Length == site.Length ? "" : host[..(host.Length - site.Length - 1)];
        return country && PlainPrefixes.GetAlternateLookup<ReadOnlySpan<char>>().Contains(prefix) ? found : null;
    }

    private static ReadOnlySpan<char> Parent(ReadOnlySpan<char> host)
    {
        var dot = host.IndexOf('.');
        return dot < 0 ? default : host[(dot + 1)..];
    }

    private static string[] Words(string field) => field.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static SourceCategory Category(string name, string path) => name switch
    {
        "search" => SourceCategory.Search,
        "social" => SourceCategory.Social,
        "video" => SourceCategory.Video,
        "shopping" => SourceCategory.Shopping,
        "ai" => SourceCategory.Assistant,
        "email" => SourceCategory.Email,
        "other" => SourceCategory.Other,
        _ => throw new InvalidDataException($"{path}: category {name} is not known"),
    };
}
