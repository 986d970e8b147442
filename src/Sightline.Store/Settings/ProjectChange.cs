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

    /// <inheritdoc cref="Project.ExcludedHosts"/>
    public IReadOnlyList<string>? ExcludedHosts { get; init; }

    /// <inheritdoc cref="Project.ExcludedParams"/>
    public IReadOnlyList<string>? ExcludedParams { get; init; }

    /// <inheritdoc cref="Project.AllowedBots"/>
    public IReadOnlyList<string>? AllowedBots { get; init; }

    /// <inheritdoc cref="Project.EmbedOrigins"/>
    public IReadOnlyList<string>? EmbedOrigins { get; init; }

    /// <inheritdoc cref="Project.WeekStart"/>
    public DayOfWeek? WeekStart { get; init; }

    /// <inheritdoc cref="Project.Privacy"/>
    public PrivacyMode? Privacy { get; init; }

    /// <inheritdoc cref="Project.HonoursDoNotTrack"/>
    public bool? HonoursDoNotTrack { get; init; }

    /// <inheritdoc cref="Project.AllowsBots"/>
    public bool? AllowsBots { get; init; }

    /// <inheritdoc cref="Project.EventsPerDay"/>
    public long? EventsPerDay { get; init; }

    /// <inheritdoc cref="Project.EventsPerMonth"/>
    public long? EventsPerMonth { get; init; }

    /// <inheritdoc cref="Project.MaxSeries"/>
    public int? MaxSeries { get; init; }

    /// <inheritdoc cref="Project.IsPublic"/>
    public bool? IsPublic { get; init; }

    /// <inheritdoc cref="Project.IsIndexed"/>
    public bool? IsIndexed { get; init; }

    /// <inheritdoc cref="Project.HasBadge"/>
    public bool? HasBadge { get; init; }
}
