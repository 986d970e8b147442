using Sightline.Core.Model;
using Sightline.Core.Queries;
using Sightline.Store.Settings;

namespace Sightline.Server.Features.Notes;

/// <summary>Notes of a project, whose days and times are in its zone.</summary>
internal sealed class NotesService(NoteStore store)
{
    /// <summary>In order of time.</summary>
    public IReadOnlyList<Note> Of(uint project) => store.Of(project);

    public Note? Find(uint project, long id) => store.Of(project).FirstOrDefault(note => note.Id == id);

    /// <exception cref="InvalidSettingException">Day, time or text cannot be.</exception>
    public void Add(Project project, string? day, string? time, string? text, bool isPrivate = false) => store.Add(project.Id, Instant(project, day, time), text ?? "", isPrivate);

    /// <inheritdoc cref="Add"/>
    public bool Change(Project project, long id, string? day, string? time, string? text, bool isPrivate = false) => store.Change(project.Id, id, Instant(project, day, time), text ?? "", isPrivate);

    public bool Remove(uint project, long id) => store.Remove(project, id);

    /// <summary>Day and time of an instant in the project's zone, as forms write them.</summary>
    public static (DateOnly Day, TimeOnly Time) Local(Project project, long timeMs)
    {
        ZoneCalendar.TryFind(project.TimeZone, out var calendar);
        var local = DateTimeOffset.FromUnixTimeMilliseconds(timeMs + calendar.OffsetMs(timeMs));
        return (DateOnly.FromDateTime(local.UtcDateTime), TimeOnly.FromDateTime(local.UtcDateTime));
    }

    // Without a time it is noon: the middle of the day, whatever interval a graph has.
    private static long Instant(Project project, string? day, string? time)
    {
        if (!DateOnly.TryParseExact(day, "yyyy-MM-dd", out var date) || date.Year is < 1990 or > 2200)
        {
            throw new InvalidSettingException("a note needs its day, such as 2026-11-22");
        }

        var clock = new TimeOnly(12, 0);
        if (!string.IsNullOrEmpty(time) && !TimeOnly.TryParse(time, System.Globalization.CultureInfo.InvariantCulture, out clock))
        {
            throw new InvalidSettingException($"'{time}' is not a time of day, such as 14:30");
        }

        ZoneCalendar.TryFind(project.TimeZone, out var calendar);
        // Not added to midnight: the day may have 23 or 25 hours.
        var local = (date.DayNumber - new DateOnly(1970, 1, 1).DayNumber) * ZoneCalendar.DayMs + (long)clock.ToTimeSpan().TotalMilliseconds;
        var guess = local - calendar.OffsetMs(local);
        return local - calendar.OffsetMs(guess);
    }
}
