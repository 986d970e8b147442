using Sightline.Core.Model;

namespace Sightline.Store.Settings;

/// <summary>What to set on a project; <see langword="null"/> leaves as it is (on a new project: the default). Lists replace the whole list.</summary>
public sealed record ProjectChange
{
    public string? Name { get; init; }

    /// <inheritdoc cref="Project.Domains"/>
    public IReadOnlyList<string>? Domains { get; init; }

    /// <inheritdoc cref="Project.TimeZone"/>
    public string? TimeZone { get; init; }

    /// <inheritdoc cref="Project.Currency"/>
    public string? Currency { get; init; }

    /// <inheritdoc cref="Project.RetentionDays"/>
    public int? RetentionDays { get; init; }

    /// <inheritdoc cref="Project.EventsPerSecond"/>
    public int? EventsPerSecond { get; init; }

    /// <inheritdoc cref="Project.ExcludedIps"/>
    public IReadOnlyList<string>? ExcludedIps { get; init; }

    /// <inheritdoc cref="Project.ExcludedPaths"/>
    public IReadOnlyList<string>? ExcludedPaths { get; init; }
}
