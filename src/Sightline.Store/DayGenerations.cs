using System.Collections.Concurrent;

namespace Sightline.Store;

/// <summary>
/// How often what is stored about a project's UTC day has changed since start. A cached result that took its days' generations
/// before it read the store is right as long as they are unchanged.
/// </summary>
public sealed class DayGenerations
{
    private readonly ConcurrentDictionary<(uint Project, int UtcDay), long> _days = new();
    private readonly ConcurrentDictionary<uint, long> _projects = new();

    /// <summary>Grows with every change of that day.</summary>
    /// <param name="project">The project.</param>
    /// <param name="utcDay">Days since 1970-01-01 UTC.</param>
    public long Get(uint project, int utcDay) => _projects.GetValueOrDefault(project) + _days.GetValueOrDefault((project, utcDay));

    /// <summary>A day changed. Call it after the change is committed, never before.</summary>
    public void Bump(uint project, int utcDay) => _days.AddOrUpdate((project, utcDay), 1, static (_, old) => old + 1);

    /// <summary>Every day of the project changed (erasure, retention).</summary>
    public void BumpAll(uint project) => _projects.AddOrUpdate(project, 1, static (_, old) => old + 1);

    /// <summary>The UTC day of a time in Unix milliseconds.</summary>
    public static int UtcDay(long timeMs) => (int)Math.DivRem(timeMs, 86_400_000L, out var rest) - (rest < 0 ? 1 : 0);
}
