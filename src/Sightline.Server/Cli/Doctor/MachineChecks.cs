using System.Globalization;
using Sightline.Server.Cli.Serving;

namespace Sightline.Server.Cli.Doctor;

/// <summary>What the machine gives the server.</summary>
internal static class MachineChecks
{
    private static readonly DateTimeOffset Plausible = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <param name="directory">A directory that exists.</param>
    /// <param name="least">Free space under which the server takes nothing in.</param>
    public static Finding Disk(string directory, long least)
    {
        var drive = new DriveInfo(Path.GetFullPath(directory));
        var free = drive.AvailableFreeSpace;
        var message = $"{Mebibytes(free)} MiB free of {Mebibytes(drive.TotalSize)} MiB";
        return free < least ? Finding.Fail("disk", $"{message}; under {OptionValues.SizeText(least)} nothing is taken in: make room")
            : free < 4 * least ? Finding.Warn("disk", $"{message}; under {OptionValues.SizeText(least)} nothing will be taken in")
            : Finding.Ok("disk", message);
    }

    /// <summary>Compares with the newest file the server wrote: a clock that was set back files new events before old ones.</summary>
    public static Finding Clock(string directory, DateTimeOffset now)
    {
        var newest = Directory.EnumerateFiles(directory, "*", new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true })
            .Select(File.GetLastWriteTimeUtc)
            .DefaultIfEmpty(DateTime.UnixEpoch)
            .Max();
        var text = now.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);
        if (now < Plausible)
        {
            return Finding.Fail("clock", $"{text} lies before this version was made: set the clock");
        }

        return newest > now.UtcDateTime.AddMinutes(5)
            ? Finding.Fail("clock", $"{text}, but data was written at {newest.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)}: the clock was set back")
            : ClockSync.IsSynchronised() is false
                ? Finding.Warn("clock", $"{text}, not synchronised with a time server: start one such as chrony or systemd-timesyncd")
                : Finding.Ok("clock", text);
    }

    public static Finding TimeZones() => TimeZoneInfo.TryFindSystemTimeZoneById("Europe/Berlin", out _) && TimeZoneInfo.TryFindSystemTimeZoneById("America/New_York", out _)
        ? Finding.Ok("time zones", "the system knows them")
        : Finding.Fail("time zones", "the system's time zone data is missing: install the package tzdata");

    /// <param name="limits">Text of <c>/proc/self/limits</c>.</param>
    public static Finding OpenFiles(string limits)
    {
        var wanted = new ServeOptions { Data = "" }.MaxConnections + 1000;
        var line = limits.Split('\n').FirstOrDefault(l => l.StartsWith("Max open files", StringComparison.Ordinal));
        var words = line?["Max open files".Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [];
        // The soft limit is raised to the hard one when .NET starts; the hard one is what counts.
        if (words.Length < 2)
        {
            return Finding.Warn("open files", "the limit cannot be read");
        }

        if (words[1] == "unlimited")
        {
            return Finding.Ok("open files", "no limit");
        }

        var limit = long.Parse(words[1], CultureInfo.InvariantCulture);
        return limit < 1024 ? Finding.Fail("open files", $"limit {limit}: raise it (LimitNOFILE in the systemd unit, or ulimit -n) to {wanted} or more")
            : limit < wanted ? Finding.Warn("open files", $"limit {limit}: too low for 10000 connections; raise it (LimitNOFILE, ulimit -n) to {wanted} or more")
            : Finding.Ok("open files", $"limit {limit}");
    }

    /// <param name="rmemMax">Text of <c>/proc/sys/net/core/rmem_max</c>, or <see langword="null"/> where it cannot be read.</param>
    public static Finding ReceiveBuffers(string? rmemMax)
    {
        const long Wanted = 4 << 20;
        return !long.TryParse(rmemMax, CultureInfo.InvariantCulture, out var bytes)
            ? Finding.Warn("receive buffers", "net.core.rmem_max cannot be read here (a container?): look at it on the host")
            : bytes < Wanted
                ? Finding.Warn("receive buffers", $"net.core.rmem_max is {bytes}: bursts of datagrams will be lost; sysctl -w net.core.rmem_max={Wanted}")
                : Finding.Ok("receive buffers", $"net.core.rmem_max is {bytes}");
    }

    private static string Mebibytes(long bytes) => (bytes >> 20).ToString(CultureInfo.InvariantCulture);
}
