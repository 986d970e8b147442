using Sightline.Core.Model;

namespace Sightline.Store;

/// <summary>Days and projects that a batch changes.</summary>
internal sealed class WrittenDays
{
    private (uint Project, int UtcDay)? _last;

    public HashSet<(uint Project, int UtcDay)> Days { get; } = [];

    /// <summary>Projects of which every day changes.</summary>
    public HashSet<uint> Projects { get; } = [];

    public void Add(uint project, int utcDay)
    {
        if (_last != (project, utcDay))
        {
            Days.Add((project, utcDay));
            _last = (project, utcDay);
        }
    }

    /// <summary>Adds every day that a changed visit touches.</summary>
    public void Add(SessionChanges changes)
    {
        foreach (var session in changes.Created.Concat(changes.Updated).Concat(changes.Moved.Select(m => m.Old)))
        {
            for (var day = DayGenerations.UtcDay(session.StartMs); day <= DayGenerations.UtcDay(session.EndMs); day++)
            {
                Add(session.Project, day);
            }
        }
    }
}
