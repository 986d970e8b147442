using Sightline.Store;

namespace Sightline.Server.Query;

/// <summary>Generations of the UTC days that ranges touch.</summary>
internal sealed class ProjectDays(DayGenerations generations, uint project)
{
    public long[] Of(params ReadOnlySpan<(long FromMs, long ToMs)> ranges)
    {
        List<long> found = [];
        foreach (var (from, to) in ranges)
        {
            for (var day = DayGenerations.UtcDay(from); day <= DayGenerations.UtcDay(Math.Max(from, to - 1)); day++)
            {
                found.Add(generations.Get(project, day));
            }
        }
        return [.. found];
    }
}
