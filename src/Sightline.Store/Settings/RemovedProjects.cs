using Dapper;

namespace Sightline.Store.Settings;

/// <summary>Projects that were removed while the store still holds their data.</summary>
public sealed class RemovedProjects(SettingsDb db)
{
    public IReadOnlyList<uint> List() => db.Read(connection => connection.Query<uint>("SELECT id FROM removed_projects ORDER BY id").ToList());

    /// <summary>The store holds nothing of it any more.</summary>
    public void Forget(uint project) => db.Write(connection => connection.Execute("DELETE FROM removed_projects WHERE id = @project", new { project }));
}
