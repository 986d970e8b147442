namespace Sightline.Core.Queries.Graphite;

/// <summary>A request of Graphite's API that cannot be answered; the message is for whoever wrote it.</summary>
public sealed class GraphiteException(string message) : Exception(message)
{
    /// <summary>The call that failed, as graphite-web shows it; <see langword="null"/>: none.</summary>
    public string? Function { get; init; }
}
