using System.Globalization;
using System.Text;

namespace Sightline.Core.Queries;

/// <param name="Bucket">Index of the time bucket; -1: no time dimension.</param>
/// <param name="Values">Text of each dimension.</param>
/// <param name="Metrics">In the order of the query.</param>
internal sealed record MetricRow(int Bucket, string[] Values, MetricValue[] Metrics);

/// <summary>The metrics of all rows of one range, from what a source found for its plan.</summary>
internal sealed class MetricTable
{
    private static readonly GroupState Nothing = new();

    private readonly StatsQuery query;
    private readonly StatsPlan plan;
    private readonly int goalDimension;
    private readonly long totalVisitors;
    private readonly Dictionary<string, GroupState>? converting;
    private readonly Dictionary<string, GroupState>? bases;
    private Dictionary<string, MetricRow>? byKey;

    /// <param name="query">What is asked.</param>
    /// <param name="plan">Its plan in the range.</param>
    /// <param name="tables">One for each of the plan's groupings, in their order.</param>
    public MetricTable(StatsQuery query, StatsPlan plan, IReadOnlyList<GroupTable> tables)
    {
        this.query = query;
        this.plan = plan;
        goalDimension = plan.GoalDimension;
        var main = tables[0];
        var convertingTable = plan.Converting is null ? null : tables[1];
        var baseTable = plan.Base is null ? null : tables[^1];
        OtherMoneyE4 = main.OtherMoneyE4;
        totalVisitors = main.Total.Visitors;
        Total = Metrics(main.Total, convertingTable?.Total, baseTable?.Total);
        converting = convertingTable is null ? null : Index(convertingTable);
        bases = baseTable is null ? null : Index(baseTable);
        Rows = new(main.Rows.Count);
        foreach (var row in main.Rows)
        {
            Rows.Add(new(row.Bucket, row.Values, Metrics(row.Bucket, row.Values, row.State)));
        }
        if (query.Dimensions.Count == 0 && Rows.Count == 0)
        {
            Rows.Add(new(-1, [], Total));
        }
        if (query.Dimensions is [{ IsTime: true }])
        {
            AddEmptyBuckets();
        }
    }

    public List<MetricRow> Rows { get; }

    public MetricValue[] Total { get; }

    public IReadOnlyDictionary<string, long> OtherMoneyE4 { get; }

    /// <summary>Metrics of the row with these dimensions, or of a group without events.</summary>
    public MetricValue[] Find(int bucket, string[] values)
    {
        byKey ??= Rows.ToDictionary(row => Key(row.Bucket, row.Values, -1), StringComparer.Ordinal);
        return byKey.TryGetValue(Key(bucket, values, -1), out var row) ? row.Metrics : Metrics(bucket, values, Nothing);
    }

    private MetricValue[] Metrics(int bucket, string[] values, GroupState own) => Metrics(
        own,
        converting is null ? null : converting.GetValueOrDefault(Key(bucket, values, -1)) ?? Nothing,
        bases is null ? null : bases.GetValueOrDefault(Key(bucket, values, goalDimension)) ?? Nothing);

    private MetricValue[] Metrics(GroupState own, GroupState? converts, GroupState? of)
    {
        var metrics = new MetricValue[query.Metrics.Count];
        for (var i = 0; i < metrics.Length; i++)
        {
            metrics[i] = MetricFunctions.Value(query.Metrics[i], plan.Main, own, converts, of, totalVisitors);
        }
        return metrics;
    }

    private void AddEmptyBuckets()
    {
        var present = Rows.Select(row => row.Bucket).ToHashSet();
        for (var i = 0; i < plan.Main.Buckets!.Count; i++)
        {
            if (!present.Contains(i))
            {
                Rows.Add(new(i, [""], Metrics(i, [""], Nothing)));
            }
        }
    }

    private static Dictionary<string, GroupState> Index(GroupTable table) =>
        table.Rows.ToDictionary(row => Key(row.Bucket, row.Values, -1), row => row.State, StringComparer.Ordinal);

    /// <summary>Lengths keep values apart whatever they contain.</summary>
    private static string Key(int bucket, string[] values, int without)
    {
        StringBuilder key = new();
        key.Append(CultureInfo.InvariantCulture, $"{bucket}");
        for (var i = 0; i < values.Length; i++)
        {
            if (i != without)
            {
                key.Append(CultureInfo.InvariantCulture, $",{values[i].Length}:{values[i]}");
            }
        }
        return key.ToString();
    }
}
