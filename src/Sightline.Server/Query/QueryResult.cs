using Sightline.Core.Queries;

namespace Sightline.Server.Query;

/// <summary>An answered query.</summary>
/// <param name="Resolved">What was asked, placed in time.</param>
/// <param name="Answer">Rows and totals.</param>
/// <param name="Cache">Whether it was computed anew.</param>
/// <param name="TookMs">From asking to answer, waiting included.</param>
/// <param name="NewestEventMs">The project's newest stored event; <see langword="null"/>: it has none.</param>
public sealed record QueryResult(ResolvedQuery Resolved, StatsAnswer Answer, CacheOutcome Cache, long TookMs, long? NewestEventMs);
