namespace Sightline.Core.Queries;

/// <summary>The range of a query as written.</summary>
public abstract record RangeSpec;

/// <summary><c>day</c>, <c>7d</c>, ..., relative to now.</summary>
public sealed record NamedRange(RangeName Name) : RangeSpec;

/// <summary>Two dates, both inside the range.</summary>
public sealed record DateRange(DateOnly First, DateOnly Last) : RangeSpec;

/// <summary>Two instants, Unix milliseconds; the end is outside the range.</summary>
public sealed record InstantRange(long FromMs, long ToMs) : RangeSpec;

public enum RangeName
{
    Day,
    Days7,
    Days28,
    Days30,
    Days90,
    Months12,
    Month,
    Year,
    All,
    Realtime,
}

public enum CompareKind
{
    PreviousPeriod,
    PreviousYear,
    Explicit,
}

/// <param name="Kind">How the range to compare with is found.</param>
/// <param name="Range">For <see cref="CompareKind.Explicit"/>.</param>
public sealed record CompareSpec(CompareKind Kind, RangeSpec? Range);

/// <summary>A range placed in time, <c>[FromMs, ToMs)</c>.</summary>
/// <param name="FromMs">Unix milliseconds UTC, inside.</param>
/// <param name="ToMs">Unix milliseconds UTC, outside.</param>
/// <param name="FirstDay">When the range is of whole days in its zone, the first; otherwise <see langword="null"/>.</param>
/// <param name="LastDay">And the last, inside.</param>
public readonly record struct TimeRange(long FromMs, long ToMs, DateOnly? FirstDay, DateOnly? LastDay);
