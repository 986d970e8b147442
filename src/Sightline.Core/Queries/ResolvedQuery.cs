using Sightline.Core.Model;

namespace Sightline.Core.Queries;

/// <summary>A query placed in time and in its project: the filter normalised, ranges and buckets known.</summary>
public sealed record ResolvedQuery
{
    public required StatsQuery Query { get; init; }

    public required Project Project { get; init; }

    public required ZoneCalendar Calendar { get; init; }

    public required TimeRange Range { get; init; }

    public TimeRange? CompareRange { get; init; }

    public TimeBuckets? Buckets { get; init; }

    public TimeBuckets? CompareBuckets { get; init; }

    /// <param name="query">As parsed.</param>
    /// <param name="project">Whose data.</param>
    /// <param name="nowMs">Unix milliseconds UTC.</param>
    /// <param name="firstEventMs">For the range <c>all</c>.</param>
    /// <param name="segment">Finds the project's segments.</param>
    /// <exception cref="InvalidQueryException">An unknown segment, or more buckets than an answer may have.</exception>
    public static ResolvedQuery Create(StatsQuery query, Project project, long nowMs, Func<long?> firstEventMs, Func<long, Filter?> segment)
    {
        if (!ZoneCalendar.TryFind(query.TimeZone ?? project.TimeZone, out var calendar, project.WeekStart))
        {
            throw new InvalidQueryException($"this machine does not know the time zone '{query.TimeZone ?? project.TimeZone}'", "timezone");
        }
        TimeRangeResolver resolver = new(calendar, nowMs, firstEventMs);
        var range = resolver.Resolve(query.Range);
        TimeRange? compare = query.Compare is { } spec ? resolver.ResolveCompare(spec, range) : null;
        var time = query.Dimensions.ToList().FindIndex(d => d.IsTime);
        return new()
        {
            Query = query with { Filter = query.Filter is { } filter ? FilterNormaliser.Normalise(filter, segment) : null },
            Project = project,
            Calendar = calendar,
            Range = range,
            CompareRange = compare,
            Buckets = time < 0 ? null : Cut(query.Dimensions[time].Kind, range, calendar, time),
            CompareBuckets = time < 0 || compare is not { } other ? null : Cut(query.Dimensions[time].Kind, other, calendar, time),
        };
    }

    public int Limit => Query.Limit ?? (Query.Dimensions is [{ IsTime: true }] ? QueryLimits.Rows : QueryLimits.DefaultRows);

    private static TimeBuckets Cut(DimensionKind unit, TimeRange range, ZoneCalendar calendar, int dimension) =>
        TimeBuckets.Cut(unit, range.FromMs, range.ToMs, calendar) ?? throw new InvalidQueryException(
            $"the range has more than {QueryLimits.Buckets} such pieces", JsonPlaces.Place("dimensions", dimension));
}
