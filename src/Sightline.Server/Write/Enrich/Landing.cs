using System.Collections.Frozen;
using Sightline.Core.Model;

namespace Sightline.Server.Write.Enrich;

/// <summary>What the query of a page's URL says about where its visitor came from. Empty string: nothing.</summary>
internal sealed record Landing
{
    public static readonly Landing None = new();

    private enum Field : byte { Source, Medium, Name, Term, Content, PlainSource, ClickId }

    // Rank 0 wins. Matomo's own names and its predecessors' come after utm_, which both systems read; a plain `source` or `ref` is only a hint.
    private static readonly FrozenDictionary<string, (Field Field, byte Rank)> Parameters = MakeParameters();
    private static readonly FrozenDictionary<string, (Field Field, byte Rank)>.AlternateLookup<ReadOnlySpan<char>> ByName = Parameters.GetAlternateLookup<ReadOnlySpan<char>>();

    public string Source { get; private init; } = "";

    public string Medium { get; private init; } = "";

    public string Name { get; private init; } = "";

    public string Term { get; private init; } = "";

    public string Content { get; private init; } = "";

    /// <summary><c>source</c> or <c>ref</c>: names the source, but is no campaign.</summary>
    public string PlainSource { get; private init; } = "";

    public ClickId? Click { get; private init; }

    public static Landing Parse(ReadOnlySpan<char> query, ReadOnlySpan<char> fragment)
    {
        if (query.IndexOf('=') < 0 && fragment.IndexOf('=') < 0)
        {
            return None;
        }

        var found = new Found();
        Read(query, ref found);
        // Campaigns behind the fragment's mark keep the query clean for caches; Matomo reads them too.
        Read(fragment, ref found);
        return found.Any
            ? new Landing
            {
                Source = found.Values[0] ?? "",
                Medium = found.Values[1] ?? "",
                Name = found.Values[2] ?? "",
                Term = found.Values[3] ?? "",
                Content = found.Values[4] ?? "",
                PlainSource = found.Values[5] ?? "",
                Click = found.Click,
            }
            : None;
    }

    private static void Read(ReadOnlySpan<char> query, ref Found found)
    {
        Span<char> lower = stackalloc char[24];
        while (!query.IsEmpty)
        {
            var amp = query.IndexOf('&');
            var pair = amp < 0 ? query : query[..amp];
            query = amp < 0 ? default : query[(amp + 1)..];
            var equals = pair.IndexOf('=');
            if (equals is <= 0 or > 24)
            {
                continue;
            }

            var name = lower[..pair[..equals].ToLowerInvariant(lower)];
            if (!ByName.TryGetValue(name, out var parameter))
            {
                continue;
            }

            if (parameter.Field == Field.ClickId)
            {
                if (pair.Length > equals + 1 && (found.Click is null || parameter.Rank < found.ClickRank))
                {
                    found.Click = ClickId.Named(name.ToString());
                    found.ClickRank = parameter.Rank;
                    found.Any = true;
                }

                continue;
            }

            var slot = (int)parameter.Field;
            found.Values ??= new string?[6];
            if (found.Values[slot] is null || parameter.Rank < found.Ranks[slot])
            {
                var value = QueryText.Decode(pair[(equals + 1)..], EventLimits.Name);
                if (value.Length > 0)
                {
                    found.Values[slot] = value;
                    found.Ranks[slot] = parameter.Rank;
                    found.Any = true;
                }
            }
        }
    }

    private static FrozenDictionary<string, (Field, byte)> MakeParameters()
    {
        var all = new Dictionary<string, (Field, byte)>(StringComparer.Ordinal);
        void Add(Field field, params string[] names)
        {
            foreach (var name in names)
            {
                all.Add(name, (field, (byte)all.Count(entry => entry.Value.Item1 == field)));
            }
        }

        Add(Field.Source, "utm_source", "mtm_source", "matomo_source", "pk_source", "piwik_source");
        Add(Field.Medium, "utm_medium", "mtm_medium", "matomo_medium", "pk_medium", "piwik_medium");
        Add(Field.Name, "utm_campaign", "mtm_campaign", "matomo_campaign", "mtm_cpn", "pk_campaign", "pk_cpn", "piwik_campaign", "piwik_cpn");
        Add(Field.Term, "utm_term", "mtm_keyword", "mtm_kwd", "matomo_keyword", "matomo_kwd", "pk_keyword", "pk_kwd", "piwik_keyword", "piwik_kwd");
        Add(Field.Content, "utm_content", "mtm_content", "matomo_content", "pk_content", "piwik_content");
        Add(Field.PlainSource, "source", "ref");
        Add(Field.ClickId, [.. ClickId.Names]);
        return all.ToFrozenDictionary();
    }

    private ref struct Found()
    {
        public string?[] Values = new string?[6];
        public readonly byte[] Ranks = new byte[6];
        public ClickId? Click;
        public byte ClickRank;
        public bool Any;
    }
}
