namespace Sightline.Core.Queries.Graphite;

/// <summary>A request of Graphite's API that cannot be answered; the message is for whoever wrote it.</summary>
public sealed class GraphiteException(string message) : Exception(message)
{
    /// <summary>The call that failed, as graphite-web shows it; <see langword="null"/>: none.</summary>
    public string? Function { get; init; }

    public GraphiteRefusal Refusal { get; init; }

    /// <summary>What was being evaluated; empty: nothing yet.</summary>
    public IReadOnlyList<string> Targets { get; init; } = [];

    /// <summary>As graphite-web tells it.</summary>
    public string Told => $"Invalid parameters ({Message})"
        + (Targets.Count > 0 ? $"; targets: \"{string.Join(", ", Targets)}\"" : "")
        + (Function is null ? "" : $"; func: \"{Function}\"");
}
