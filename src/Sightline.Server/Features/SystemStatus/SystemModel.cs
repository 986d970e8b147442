using Sightline.Server.Query;
using Sightline.Store;

namespace Sightline.Server.Features.SystemStatus;

/// <summary>A number with its name and what it means.</summary>
public sealed record SystemFact(string Name, string Value, string? Note = null);

/// <summary>Something the operator should know.</summary>
/// <param name="IsBad">It does harm now.</param>
/// <param name="Text">What is, and what to do.</param>
public sealed record SystemWarning(bool IsBad, string Text);

/// <summary>A row of a table that has a name and values.</summary>
public sealed record SystemRow(string Name, IReadOnlyList<string> Cells);

/// <summary>A slow query as shown.</summary>
public sealed record SystemQuery(SlowQuery Query, string Project);

/// <summary>Everything the page shows, taken at one moment.</summary>
public sealed record SystemModel(
    IReadOnlyList<SystemWarning> Warnings,
    IReadOnlyList<SystemFact> Load,
    IReadOnlyList<SystemFact> Disk,
    IReadOnlyList<SystemRow> Listeners,
    IReadOnlyList<SystemFact> Queries,
    IReadOnlyList<SystemQuery> Slow,
    IReadOnlyList<SystemRow> Projects,
    IReadOnlyList<MonthStorage> Months,
    IReadOnlyList<SystemFact> Jobs,
    IReadOnlyList<SystemFact> Versions);
