using Sightline.Core.Model;
using Sightline.Core.Queries;

namespace Sightline.Store.DuckDb.Query;

/// <summary>The project's strings: which ids a condition holds for, which text an id is.</summary>
internal sealed class StringDictionary(DuckDbConnection connection, uint project, CancellationToken cancellation)
{
    /// <summary>Above this, reading all strings of the kind costs less than naming each.</summary>
    private const int MostNamed = 200;

    /// <summary>Ids for which the condition holds; 0 stands for the empty text.</summary>
    public IdSet Matching(StringKind kind, LeafFilter leaf)
    {
        if (leaf.Operator == FilterOperator.Matches)
        {
            CheckPatterns(leaf);
        }
        return Ids(
            $"SELECT id FROM (SELECT id, text FROM main.strings WHERE project = {project} AND kind = {(int)kind} "
            + $"UNION ALL SELECT 0::UINTEGER, '') WHERE {QuerySql.Condition("text", leaf)}");
    }

    /// <summary>Ids of strings that SQL's LIKE finds.</summary>
    public IdSet Like(StringKind kind, string pattern) => Ids(
        $"SELECT id FROM main.strings WHERE project = {project} AND kind = {(int)kind} AND text LIKE {QuerySql.Literal(pattern)} ESCAPE '\\'");

    public IdSet Equal(StringKind kind, string text) => Ids(
        $"SELECT id FROM main.strings WHERE project = {project} AND kind = {(int)kind} AND text = {QuerySql.Literal(text)}");

    /// <summary>Which of these texts the condition holds for.</summary>
    public bool[] Holds(IReadOnlyList<string> texts, LeafFilter leaf)
    {
        if (leaf.Operator == FilterOperator.Matches)
        {
            CheckPatterns(leaf);
        }
        var holds = new bool[texts.Count];
        for (var i = 0; i < holds.Length; i++)
        {
            holds[i] = connection.ScalarLong("SELECT " + QuerySql.Condition(QuerySql.Literal(texts[i]), leaf), cancellation) != 0;
        }
        return holds;
    }

    /// <summary>Refuses what RE2 refuses, with the place, before it can fail in the middle of a scan.</summary>
    public void CheckPatterns(LeafFilter leaf)
    {
        for (var i = 0; i < leaf.Values.Count; i++)
        {
            try
            {
                connection.ScalarLong($"SELECT regexp_matches('', {QuerySql.Literal(leaf.Values[i])}, 's')", cancellation);
            }
            catch (DuckDbException refused) when (!refused.IsInterrupt)
            {
                throw new InvalidQueryException($"'{leaf.Values[i]}' is not a regular expression (RE2)", leaf.At);
            }
        }
    }

    /// <summary>Texts of ids; <paramref name="wanted"/> may hold 0.</summary>
    public Dictionary<uint, string> Texts(StringKind kind, IdSet wanted)
    {
        var only = wanted.Count > MostNamed ? "" : $" AND id IN ({string.Join(", ", wanted.Ids().DefaultIfEmpty())})";
        Dictionary<uint, string> texts = new(wanted.Count) { [0] = "" };
        using var reader = connection.Query(
            $"SELECT id, text FROM main.strings WHERE project = {project} AND kind = {(int)kind}{only}", cancellation);
        while (reader.Read())
        {
            var ids = reader.Column(0).Values<uint>();
            var text = reader.Column(1);
            for (var i = 0; i < ids.Length; i++)
            {
                if (wanted.Contains(ids[i]))
                {
                    texts[ids[i]] = text.Text(i);
                }
            }
        }
        return texts;
    }

    private IdSet Ids(string sql)
    {
        IdSet ids = new();
        using var reader = connection.Query(sql, cancellation);
        while (reader.Read())
        {
            foreach (var id in reader.Column(0).Values<uint>())
            {
                ids.Add(id);
            }
        }
        return ids;
    }
}
