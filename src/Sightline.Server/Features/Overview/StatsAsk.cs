using System.Globalization;
using System.Text.Json;

namespace Sightline.Server.Features.Overview;

/// <summary>Asks the one query engine and reads its answers. Pages of several features use it, so that their numbers are the same.</summary>
internal sealed class StatsAsk(IStatsSource stats)
{
    /// <exception cref="Core.Queries.InvalidQueryException">The query cannot be used.</exception>
    public async Task<StatsTable> AskAsync(byte[] query, CancellationToken cancellationToken) =>
        Read(await stats.QueryAsync(query, cancellationToken));

    /// <summary>The queries of a page, answered together.</summary>
    /// <exception cref="Core.Queries.InvalidQueryException">One cannot be used.</exception>
    public async Task<IReadOnlyList<StatsTable>> AskAllAsync(IReadOnlyList<byte[]> queries, CancellationToken cancellationToken) =>
        [.. (await stats.QueryAllAsync(queries, cancellationToken)).Select(Read)];

    private static StatsTable Read(byte[] answer) => JsonSerializer.Deserialize<StatsTable>(answer, JsonSerializerOptions.Web)!;
}

/// <summary>An answer: its rows, and what the range came to.</summary>
internal sealed record StatsTable(StatsTable.Asked? Query, StatsRow[] Rows, StatsTable.About? Meta)
{
    public double? Number(int row, int metric) => row < Rows.Length ? Rows[row].Number(metric) : null;

    /// <summary>First and last day, inside; <see langword="null"/>: the range is not of whole days.</summary>
    public (DateOnly First, DateOnly Last)? Days => Read(Query?.Range);

    public (DateOnly First, DateOnly Last)? CompareDays => Read(Query?.Compare);

    /// <summary>First and last day of a comparison that ends within a day, and when it ends, as the project's clock shows it.</summary>
    public (DateOnly First, DateOnly Last, TimeOnly End)? CompareUntil => Query?.Compare is [var from, var to]
        && DateTimeOffset.TryParse(from, CultureInfo.InvariantCulture, DateTimeStyles.None, out var first)
        && DateTimeOffset.TryParse(to, CultureInfo.InvariantCulture, DateTimeStyles.None, out var last)
            ? (DateOnly.FromDateTime(first.DateTime), DateOnly.FromDateTime(last.DateTime), TimeOnly.FromDateTime(last.DateTime)) : null;

    private static (DateOnly, DateOnly)? Read(string[]? range) => range is [var from, var to]
        && DateOnly.TryParseExact(from, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var first)
        && DateOnly.TryParseExact(to, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var last) ? (first, last) : null;

    internal sealed record Asked(string[]? Range, string[]? Compare);

    internal sealed record About(int? Total_rows);
}

/// <summary>A row of an answer.</summary>
internal sealed record StatsRow(string?[] Dimensions, JsonElement[] Metrics, StatsRow.Before? Compare)
{
    public double? Number(int metric) => Read(Metrics, metric);

    public double? NumberBefore(int metric) => Read(Compare?.Metrics, metric);

    public double? Change(int metric) => Read(Compare?.Change, metric);

    // Money is an object of amount and currency; the currency is the project's.
    private static double? Read(JsonElement[]? values, int index) => values is null || index >= values.Length ? null : values[index].ValueKind switch
    {
        JsonValueKind.Number => values[index].GetDouble(),
        JsonValueKind.Object => values[index].GetProperty("amount").GetDouble(),
        _ => null,
    };

    internal sealed record Before(string? Time, JsonElement[] Metrics, JsonElement[]? Change);
}
