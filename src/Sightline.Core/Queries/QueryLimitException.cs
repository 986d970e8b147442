namespace Sightline.Core.Queries;

/// <summary>The query was understood but needs more time or memory than one query may take.</summary>
public sealed class QueryLimitException(string message) : Exception(message);
