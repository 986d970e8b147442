using System.Globalization;
using Sightline.Log;
using Sightline.Server.Backup;
using Sightline.Server.Cli;
using Sightline.Server.Tls;

namespace Sightline.Server.Features.SystemStatus;

/// <summary>What is wrong or soon will be, each with what to do.</summary>
internal sealed class SystemWarnings(DataPath path, SystemSampler sampler, BackupDesk backups, Health.ProxyWatch proxy, IServiceProvider services, TimeProvider time)
{
    private const long LargeGap = 256L << 20;
    private const double FewDays = 14;
    private const int MostKeys = 3;
    private static readonly TimeSpan LongLag = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan KeysRemembered = TimeSpan.FromHours(1);

    public IReadOnlyList<SystemWarning> Now() => [.. Disk(), .. DataPathWarnings(), .. Series(), .. Damaged(), .. Backups(), .. Certificate(), .. proxy.Faults().Select(static fault => new SystemWarning(false, fault)), .. UnknownKeys()];

    private IEnumerable<SystemWarning> Disk()
    {
        var (free, least) = (new DriveInfo(path.Options.Data).AvailableFreeSpace, path.Options.MinFreeDiskBytes);
        if (free < least)
        {
            yield return new(true, $"The disk is nearly full, and nothing is taken in: senders are asked to come again. Make {BackupScreen.Size(least - free)} of room, or give projects a retention.");
        }
        else if (free < 4 * least)
        {
            yield return new(false, $"{BackupScreen.Size(free)} of the disk is free; under {BackupScreen.Size(least)} nothing more is taken in. Make room, or give projects a retention.");
        }
        else if (sampler.GrowthPerDay() is > 1 and { } growth && free / growth < FewDays)
        {
            yield return new(false, string.Create(CultureInfo.InvariantCulture, $"At the present rate the disk is full in {free / growth:0} days. Make room, or give projects a retention."));
        }
    }

    private IEnumerable<SystemWarning> DataPathWarnings()
    {
        if (path.Log.State == LogState.Failed)
        {
            yield return new(true, "The log cannot be written: senders are asked to come again. The server's own log says why; look at the disk.");
        }

        if (path.Feeder.ConsecutiveFailures >= 3)
        {
            yield return new(true, "Writing the store fails; nothing acknowledged is lost, and it is tried again. The server's own log says why.");
        }
        else if (path.Feeder.Lag > LongLag || path.Feeder.GapBytes > LargeGap)
        {
            yield return new(false, $"Reports are {Show.Format.Duration(path.Feeder.Lag.TotalSeconds)} behind what came in ({BackupScreen.Size(path.Feeder.GapBytes)} wait). An import does that for a while; else the machine is too slow for what comes.");
        }

        if (path.Store.Maintenance.LacksRoom)
        {
            yield return new(false, "The disk has no room to move what was written last into the store's file. Nothing is lost and reports have it; the next start takes longer. Make room.");
        }

        if (path.Log.Statistics.DamagedBytes > 0)
        {
            yield return new(true, $"{BackupScreen.Size(path.Log.Statistics.DamagedBytes)} of the log could not be read back and were passed over: check the disk.");
        }
    }

    private IEnumerable<SystemWarning> Damaged() => path.Store.DamagedSeries is { Count: > 0 } damaged
        ? [new SystemWarning(true, string.Create(CultureInfo.InvariantCulture, $"Points of {damaged.Count} series are damaged, and stay as they are: {string.Join(", ", damaged.Take(5))}. A backup may have them whole."))]
        : [];

    /// <summary>Of the last hour: a limit that nobody runs into any more is no news.</summary>
    private IEnumerable<SystemWarning> Series() => path.Projects.All
        .Select(project => (project.Name, Report: path.Store.Series.GuardReport(project.Id)))
        .Where(entry => entry.Report.Refused > 0 && time.GetUtcNow().ToUnixTimeMilliseconds() - entry.Report.LastRefusedMs < TimeSpan.FromHours(1).TotalMilliseconds)
        .Select(entry => new SystemWarning(true, string.Create(CultureInfo.InvariantCulture,
            $"{entry.Name} has {entry.Report.Series:#,0} series of metrics, as many as it may: {entry.Report.Refused:#,0} points of further ones were refused since the start. Most new names begin with {entry.Report.WorstText}. Stop what makes them, or raise the limit in the project's settings.")));

    private IEnumerable<SystemWarning> Backups()
    {
        if (path.Options.BackupTo is not { } directory)
        {
            yield return new(false, "No backups are made by the server. Set backup-to to a directory on another disk, or run sightline backup from a timer.");
        }
        else if (backups.LastScheduled is { Fault: { } fault })
        {
            yield return new(true, $"The last backup failed: {fault}. It is tried again in a quarter of an hour.");
        }
        else if (BackupSchedule.Newest(directory) is { } newest && time.GetUtcNow() - newest > 2 * path.Options.BackupEvery)
        {
            yield return new(false, $"The newest backup in {directory} is {Show.Format.Duration((time.GetUtcNow() - newest).TotalSeconds)} old.");
        }
    }

    private IEnumerable<SystemWarning> UnknownKeys()
    {
        foreach (var key in path.Gate.UnknownKeys.Since((time.GetUtcNow() - KeysRemembered).ToUnixTimeMilliseconds()).Take(MostKeys))
        {
            var (who, what) = (key.Host.Length > 0 ? key.Host : "Somebody", key.Key.Length > 0 ? $"the key {key.Key}, which no project has" : "something that is no key");
            yield return new(false, string.Create(CultureInfo.InvariantCulture,
                $"{who} sends events with {what} ({key.Count} so far, the last at {DateTimeOffset.FromUnixTimeMilliseconds(key.LastMs):HH:mm} UTC). They are refused: the snippet with the right key is on the project's settings page."));
        }
    }

    private IEnumerable<SystemWarning> Certificate()
    {
        if (services.GetService<CertificateFile>() is { } certificate && certificate.Expires - time.GetUtcNow() is { TotalDays: < FewDays } left)
        {
            yield return left < TimeSpan.Zero
                ? new(true, "The certificate has ended: browsers refuse to come. Renew it; the new files are used within seconds.")
                : new(false, string.Create(CultureInfo.InvariantCulture, $"The certificate ends in {left.TotalDays:0} days. Renew it; the new files are used within seconds."));
        }
    }
}
