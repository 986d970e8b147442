using Sightline.Core.Model;
using Sightline.Server.Access;
using Sightline.Store.Settings;

namespace Sightline.Server.Features.Settings;

/// <summary>Changes projects on behalf of whoever asks, and writes down who did.</summary>
internal sealed class ProjectSettings(SettingsDb db, ActivityLog activity, SessionCookie cookie, TimeProvider time)
{
    private readonly ProjectStore _store = new(db, time);

    /// <summary>The project as it is in the database now.</summary>
    public Project? Find(uint id) => _store.Find(id);

    /// <exception cref="SettingsException">A value is not valid, or the project is gone.</exception>
    public Project Change(HttpContext context, Project project, ProjectChange change)
    {
        var before = _store.Find(project.Id) ?? project;
        var after = _store.Update(project.Id, change);
        if (SettingWords.Changes(before, after) is { Length: > 0 } changes)
        {
            Log(context, project.Id, "changed settings", changes);
        }

        return after;
    }

    /// <summary>From now on, what comes with a key of no project is this one's.</summary>
    /// <exception cref="SettingsException">It cannot be.</exception>
    public void AdoptKey(HttpContext context, Project project, string key)
    {
        _store.AdoptKey(project.Id, key);
        Log(context, project.Id, "took over a key", key);
    }

    /// <exception cref="SettingsException">The project has too many old keys, or is gone.</exception>
    public Project RotateKey(HttpContext context, Project project)
    {
        var after = _store.RotateKey(project.Id);
        Log(context, project.Id, "rotated the public key", after.PublicKey);
        return after;
    }

    public bool RemoveKey(HttpContext context, Project project, string key)
    {
        var removed = _store.RemoveKey(project.Id, key);
        if (removed)
        {
            Log(context, project.Id, "removed an old public key", key);
        }

        return removed;
    }

    public void Remove(HttpContext context, Project project)
    {
        if (_store.Remove(project.Id))
        {
            Log(context, project.Id, "removed a project", project.Name);
        }
    }

    public void Log(HttpContext context, uint project, string action, string subject) =>
        activity.Add(Caller.Of(context).Name, action, subject, project, cookie.AddressOf(context));
}
