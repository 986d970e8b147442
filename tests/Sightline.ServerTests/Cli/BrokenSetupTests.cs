using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Sightline.Server.Cli.Doctor;

namespace Sightline.ServerTests.Cli;

/// <summary>What goes wrong on somebody's first evening: one clear line each, from the server and from doctor, and never a stack.</summary>
public sealed class BrokenSetupTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("sightline-broken-");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public async Task A_port_that_another_program_has()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var (address, port) = ($"http://{other.LocalEndpoint}", ((IPEndPoint)other.LocalEndpoint).Port);
        var data = Path.Combine(_directory.FullName, "data");
        var served = await SightlineProcess.RunAsync(_directory.FullName, ["serve", "--data", data, "--listen", address, "--log-level", "error"]);
        Assert.Equal((1, ""), (served.ExitCode, served.Output));
        Assert.StartsWith($"sightline: cannot listen on {address}: another program has port {port}, maybe another Sightline; end it, or take another port", Assert.Single(Lines(served.Error)), StringComparison.Ordinal);
        var config = Write($"listen = {address}\ndata = {data}\n");
        Assert.Contains(await DoctorAsync("--config", config), line => line.StartsWith("fail  listen", StringComparison.Ordinal) && line.Contains($"cannot listen on {address}", StringComparison.Ordinal));
        var demo = await SightlineProcess.RunAsync(_directory.FullName, ["demo", "--data", Path.Combine(_directory.FullName, "demo"), "--listen", address]);
        Assert.Equal(1, demo.ExitCode);
        Assert.Contains($"cannot listen on {address}", Assert.Single(Lines(demo.Error)), StringComparison.Ordinal);
        var lines = await SightlineProcess.RunAsync(_directory.FullName, ["serve", "--data", data, "--listen", "http://127.0.0.1:0", "--statsd-listen", other.LocalEndpoint.ToString()!, "--log-level", "error"]);
        Assert.Equal(1, lines.ExitCode);
        Assert.Contains($"cannot listen on {other.LocalEndpoint} (statsd-listen)", Assert.Single(Lines(lines.Error)), StringComparison.Ordinal);
        other.Stop();
        // The first owner's password is told by the start that succeeds, not lost by those that did not.
        using (var started = Crash.CrashServer.Start(data, port))
        {
            await started.ReadyAsync(Cancel);
            while (!started.Said.Contains("one-time password", StringComparison.Ordinal))
            {
                await Task.Delay(20, Cancel);
            }
        }

        Assert.Contains(await DoctorAsync("--config", config), line => line.StartsWith("ok    listen", StringComparison.Ordinal) && line.EndsWith($"{address} is free", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_address_that_is_not_this_machines()
    {
        var served = await SightlineProcess.RunAsync(_directory.FullName, ["serve", "--listen", "http://203.0.113.1:8600", "--log-level", "error"]);
        Assert.Equal(1, served.ExitCode);
        Assert.Contains("this machine has no such address", Assert.Single(Lines(served.Error)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "data directory")]
    [InlineData("settings.db", "settings.db cannot be read and written by")]
    [InlineData("log/0000000000000000000.seg", "0000000000000000000.seg cannot be read and written by")]
    public async Task A_directory_or_a_file_in_it_that_belongs_to_somebody_else(string file, string says)
    {
        Assert.SkipUnless(Environment.UserName == "root", "only root can give a file away");
        var data = _directory.CreateSubdirectory("theirs").FullName;
        File.SetUnixFileMode(_directory.FullName, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        if (file.Length > 0)
        {
            var theirs = Path.Combine(data, file);
            foreach (var folder in new[] { data, Path.GetDirectoryName(theirs)! })
            {
                Directory.CreateDirectory(folder);
                File.SetUnixFileMode(folder, (UnixFileMode)511);
            }

            await File.WriteAllTextAsync(theirs, "", Cancel);
            File.SetUnixFileMode(theirs, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        var version = await AsNobodyAsync("version");
        Assert.SkipUnless(version.ExitCode == 0, "nobody but root may read the build here");
        var doctor = await AsNobodyAsync("doctor", "--data", data);
        Assert.Equal(1, doctor.ExitCode);
        Assert.Contains(Lines(doctor.Output), line => line.StartsWith("fail  data", StringComparison.Ordinal) && (file.Length == 0 || line.Contains(says, StringComparison.Ordinal)));
        var served = await AsNobodyAsync("serve", "--data", data, "--listen", "http://127.0.0.1:0", "--log-level", "error");
        Assert.NotEqual(0, served.ExitCode);
        var said = Assert.Single(Lines(served.Error));
        Assert.StartsWith("sightline: ", said, StringComparison.Ordinal);
        Assert.Contains(file.Length == 0 ? says : Path.GetFileName(file), said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_disk_that_is_nearly_full_and_a_clock_that_was_set_back()
    {
        var data = _directory.CreateSubdirectory("data").FullName;
        await File.WriteAllTextAsync(Path.Combine(data, "newer"), "", Cancel);
        File.SetLastWriteTimeUtc(Path.Combine(data, "newer"), TimeProvider.System.GetUtcNow().UtcDateTime.AddDays(1));
        var lines = await DoctorAsync("--config", Write($"data = {data}\nmin-free-disk = 900T\nlisten = http://127.0.0.1:0\n"));
        Assert.Contains(lines, line => line.StartsWith("fail  disk", StringComparison.Ordinal) && line.Contains("nothing is taken in: make room", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("fail  clock", StringComparison.Ordinal) && line.EndsWith("the clock was set back", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("url = https://stats.example.com\nlocal-access = on\n", FindingState.Fail, "sees all numbers without signing in")]
    [InlineData("url = https://stats.example.com\ntrusted-proxy = none\n", FindingState.Fail, "all visitors will look like one")]
    [InlineData("url = https://stats.example.com\nlisten = http://*:0\n", FindingState.Warn, "name its address in trusted-proxy")]
    [InlineData("listen = http://*:0\n", FindingState.Warn, "in the clear")]
    [InlineData("backup-to = /proc/nowhere\n", FindingState.Fail, "cannot be written")]
    [InlineData("lisen = http://127.0.0.1:0\n", FindingState.Fail, "lisen")]
    [InlineData("listen = https://127.0.0.1:0\n", FindingState.Fail, "needs tls-cert and tls-key")]
    internal async Task A_configuration_that_does_not_fit_together(string text, FindingState state, string says)
    {
        var lines = await DoctorAsync("--config", Write((text.Contains("listen", StringComparison.Ordinal) ? "" : "listen = http://127.0.0.1:0\n") + text));
        Assert.Contains(lines, line => line.StartsWith(state == FindingState.Fail ? "fail" : "warn", StringComparison.Ordinal) && line.Contains(says, StringComparison.Ordinal));
    }

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private string Write(string text)
    {
        var path = Path.Combine(_directory.FullName, "sightline.conf");
        File.WriteAllText(path, text);
        return path;
    }

    private static async Task<string[]> DoctorAsync(params string[] more)
    {
        using var output = new StringWriter();
        var context = new Server.Cli.CliContext(TimeProvider.System, TextReader.Null, output, output, _ => null, IsTerminal: false);
        await Server.Cli.RootVerb.RunAsync(["doctor", .. more], context);
        return Lines(output.ToString());
    }

    private static async Task<Finished> AsNobodyAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("setpriv", ["--reuid=65534", "--regid=65534", "--clear-groups", "dotnet", Path.Combine(AppContext.BaseDirectory, "sightline.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(Cancel), process.StandardError.ReadToEndAsync(Cancel));
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        try
        {
            await process.WaitForExitAsync(limit.Token);
            return new Finished(process.ExitCode, await output, await error);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }
}
