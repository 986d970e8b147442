using System.Globalization;

namespace Sightline.Store.DuckDb.Months;

/// <summary>A file that holds a settled month's events, sorted by project and time. It never changes: what changes is written as the next generation.</summary>
/// <param name="Month">Whose events.</param>
/// <param name="Generation">Which writing of it, from 1.</param>
/// <param name="Rows">Events in it.</param>
internal sealed record MonthFile(Month Month, int Generation, long Rows)
{
    public const string Pattern = "events-*.duckdb*";

    /// <summary><c>events-2026-09.g2.duckdb</c>.</summary>
    public string Name => string.Create(CultureInfo.InvariantCulture, $"events-{Month}.g{Generation}.duckdb");

    /// <summary>What it is attached as.</summary>
    public string Alias => string.Create(CultureInfo.InvariantCulture, $"e{Month.Key}_g{Generation}");

    /// <summary>Its table, as any connection of the store names it while the file is attached.</summary>
    public string Table => Alias + ".events";
}
