using Sightline.Store.Settings;

namespace Sightline.Server.Cli.Doctor;

/// <summary>Runs every check in order.</summary>
internal static class Examination
{
    public static async Task<IReadOnlyList<Finding>> RunAsync(string data, TimeProvider time, CancellationToken cancellationToken)
    {
        var findings = new List<Finding>();
        var exists = Directory.Exists(data);
        findings.Add(exists ? DataFolder(data) : Finding.Warn("data", $"{data} does not exist yet; serve creates it"));
        var onDisk = exists ? data : NearestExisting(data);
        findings.Add(MachineChecks.Disk(onDisk));
        findings.Add(MachineChecks.Clock(onDisk == data ? data : Path.GetTempPath(), time.GetUtcNow()));
        findings.Add(MachineChecks.TimeZones());
        findings.Add(MachineChecks.OpenFiles(ReadIfThere("/proc/self/limits") ?? ""));
        findings.Add(MachineChecks.ReceiveBuffers(ReadIfThere("/proc/sys/net/core/rmem_max")?.Trim()));
        if (exists)
        {
            findings.Add(Settings(data, time));
            findings.AddRange(await ServerChecks.RunAsync(data, time, cancellationToken));
        }

        return findings;
    }

    private static Finding DataFolder(string data)
    {
        var path = Path.GetFullPath(data);
        try
        {
            // The only way to know that a file can be made is to make one.
            var probe = Path.Combine(path, $".doctor-{Environment.ProcessId}");
            using (new FileStream(probe, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose))
            {
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Finding.Fail("data", $"{path} cannot be written: {e.Message}");
        }

        return (File.GetUnixFileMode(path) & (UnixFileMode.OtherRead | UnixFileMode.OtherWrite)) != 0
            ? Finding.Warn("data", $"{path} can be read by everybody on this machine: chmod 700 {path}")
            : Finding.Ok("data", path);
    }

    private static Finding Settings(string data, TimeProvider time)
    {
        if (!File.Exists(Path.Combine(data, SettingsDb.FileName)))
        {
            return Finding.Warn("settings", "none yet; make a project with: sightline project add NAME");
        }

        try
        {
            var db = SettingsDb.OpenExisting(data, time);
            var damage = db.FindDamage();
            return damage.Count > 0
                ? Finding.Fail("settings", $"damaged, restore a backup: {string.Join("; ", damage)}")
                : Finding.Ok("settings", $"{new ProjectStore(db, time).List().Count} projects, {new TokenStore(db, time).List().Count} tokens");
        }
        catch (SettingsException e)
        {
            return Finding.Fail("settings", e.Message);
        }
    }

    private static string NearestExisting(string path)
    {
        var directory = Path.GetFullPath(path);
        while (!Directory.Exists(directory))
        {
            directory = Path.GetDirectoryName(directory)!;
        }

        return directory;
    }

    private static string? ReadIfThere(string path) => File.Exists(path) ? File.ReadAllText(path) : null;
}
