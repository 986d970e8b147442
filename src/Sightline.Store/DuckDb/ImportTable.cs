using Sightline.Core.Model;

namespace Sightline.Store.DuckDb;

/// <summary>How far files are imported: one row for each project and fingerprint.</summary>
internal static class ImportTable
{
    public static void Save(DuckDbConnection connection, IReadOnlyList<(uint Project, ImportProgress Progress)> imports, long nowMs)
    {
        if (imports.Count == 0)
        {
            return;
        }

        // Only the last of a file counts.
        var last = new Dictionary<(uint Project, string Fingerprint), ImportProgress>();
        foreach (var (project, progress) in imports)
        {
            last[(project, Convert.ToHexString(progress.Fingerprint))] = progress;
        }

        using var delete = connection.Prepare("DELETE FROM imports WHERE project = $1 AND fingerprint = $2");
        using var insert = connection.Prepare("""
            INSERT INTO imports(project, fingerprint, prefix_length, "offset", tail_hash, state, file_name, updated_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
            """);
        foreach (var ((project, _), progress) in last)
        {
            delete.Bind(1, (long)project).BindBlob(2, progress.Fingerprint).Execute();
            insert.Bind(1, (long)project).BindBlob(2, progress.Fingerprint).Bind(3, progress.PrefixLength).Bind(4, progress.Offset).BindBlob(5, progress.TailHash)
                .BindBlob(6, progress.State).Bind(7, CleanText.Of(progress.FileName)).Bind(8, nowMs).Execute();
        }
    }

    public static List<ImportProgress> Read(DuckDbConnection connection, uint project)
    {
        using var statement = connection.Prepare("""
            SELECT fingerprint, prefix_length, "offset", tail_hash, state, file_name FROM imports WHERE project = $1 ORDER BY updated_ms, fingerprint
            """);
        using var reader = statement.Bind(1, (long)project).Query();
        var found = new List<ImportProgress>();
        while (reader.Read())
        {
            for (var row = 0; row < reader.Rows; row++)
            {
                found.Add(new ImportProgress(reader.Column(0).Strings()[row].Bytes.ToArray(), reader.Column(1).Long(row), reader.Column(2).Long(row),
                    reader.Column(3).Strings()[row].Bytes.ToArray(), reader.Column(5).Text(row))
                {
                    State = reader.Column(4).Strings()[row].Bytes.ToArray(),
                });
            }
        }

        return found;
    }
}
