using Sightline.Server.Cli.Serving;
using Sightline.Store.Settings;

namespace Sightline.Server.Cli.Doctor;

/// <summary>Runs every check in order.</summary>
internal static class Examination
{
    /// <param name="read">What a server would be told.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<IReadOnlyList<Finding>> RunAsync(ReadServeOptions read, TimeProvider time, CancellationToken cancellationToken)
    {
        var data = read.Options.Data;
        var findings = new List<Finding>(read.Faults.Select(static fault => Finding.Fail("configuration", fault)));
        var exists = Directory.Exists(data);
        findings.Add(exists ? DataFolder(data) : Finding.Warn("data", $"{data} does not exist yet; serve creates it"));
        var onDisk = exists ? data : NearestExisting(data);
        findings.Add(MachineChecks.Disk(onDisk, read.Options.MinFreeDiskBytes));
        findings.Add(MachineChecks.Clock(onDisk == data ? data : Path.GetTempPath(), time.GetUtcNow()));
        findings.Add(MachineChecks.TimeZones());
        findings.Add(MachineChecks.OpenFiles(ReadIfThere("/proc/self/limits") ?? ""));
        findings.Add(MachineChecks.ReceiveBuffers(ReadIfThere("/proc/sys/net/core/rmem_max")?.Trim()));
        if (exists)
        {
            findings.Add(Settings(data, time));
            findings.AddRange(await ServerChecks.RunAsync(data, time, cancellationToken));
        }

        findings.AddRange(ConfigurationChecks.Run(read, isServed: findings.Exists(static finding => finding is { Check: "server", Message: not ServerChecks.NotRunning })));

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

        if (FirstClosed(path) is { } closed)
        {
            return Finding.Fail("data", $"{closed} cannot be read and written by {Environment.UserName}; was a verb run as another user? chown -R {Environment.UserName} {path}");
        }

        return (File.GetUnixFileMode(path) & (UnixFileMode.OtherRead | UnixFileMode.OtherWrite)) != 0
            ? Finding.Warn("data", $"{path} can be read by everybody on this machine: chmod 700 {path}")
            : Finding.Ok("data", path);
    }

    /// <summary>A file of the directory that this user cannot open.</summary>
    private static string? FirstClosed(string path)
    {
        try
        {
            foreach (var file in Directory.EnumerateFiles(path, "*", new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = false, AttributesToSkip = FileAttributes.None }))
            {
                if (file.EndsWith(".sock", StringComparison.Ordinal))
                {
                    continue;
                }

                try
                {
                    // Without a lock: a server may be at work.
                    using var handle = File.OpenHandle(file, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
                }
                catch (UnauthorizedAccessException)
                {
                    return file;
                }
                catch (IOException)
                {
                    // Gone meanwhile, or held by the server: it is the server's then.
                }
            }

            return null;
        }
        catch (UnauthorizedAccessException failure)
        {
            return failure.Message;
        }
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
