using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Sightline.ServerTests.Crash;

/// <summary>The built server as a process of its own, to be killed. It does not outlive this object, nor a test run that ends without disposing it.</summary>
internal sealed partial class CrashServer : IDisposable
{
    private const int LinesKept = 60;
    private const int Terminate = 15;

    private static int s_lastPort = Environment.ProcessId % 1000 * 12;

    private readonly Process _process;
    private readonly Stopwatch _since = Stopwatch.StartNew();
    private readonly ConcurrentQueue<string> _said = new();
    private readonly HttpClient _client;

    private CrashServer(ProcessStartInfo start, Uri address)
    {
        _client = new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromSeconds(20) };
        _process = Process.Start(start)!;
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.BeginErrorReadLine();
        _process.BeginOutputReadLine();
        AppDomain.CurrentDomain.ProcessExit += OnExit;
    }

    public HttpClient Client => _client;

    public bool HasExited => _process.HasExited;

    /// <summary>The end of what it wrote.</summary>
    public string Said
    {
        get
        {
            if (_process.HasExited)
            {
                // Its last lines may still be on their way: only this waits for them.
                _process.WaitForExit();
            }

            return string.Join('\n', _said);
        }
    }

    /// <param name="data">Data directory, as the server sees it.</param>
    /// <param name="port">On 127.0.0.1; the same one after a restart, so that clients find it again.</param>
    /// <param name="before">A command that ends by executing the words behind it, in the same process.</param>
    /// <param name="options">Further options of <c>serve</c>.</param>
    public static CrashServer Start(string data, int port, IReadOnlyList<string>? before = null, params IReadOnlyList<string> options)
    {
        var address = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}");
        string[] words = [.. before ?? [], .. Sightline("serve", "--data", data, "--listen", address, "--log-level", "warning"), .. options];
        return new CrashServer(NewStart(words), new Uri(address));
    }

    /// <summary>What runs the built executable.</summary>
    public static string[] Sightline(params string[] arguments) => ["dotnet", Path.Combine(AppContext.BaseDirectory, "sightline.dll"), .. arguments];

    /// <summary>
    /// A port below those the system gives to outgoing connections: from among them a client that knocks while nobody listens could in
    /// the end be connected to itself, and hold the port.
    /// </summary>
    public static int FreePort()
    {
        while (true)
        {
            // Tests run side by side: none may be given a port that another is between two servers on.
            var port = 20_000 + (Interlocked.Increment(ref s_lastPort) % 12_000);
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
                return port;
            }
            catch (SocketException exception) when (exception.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                // The next one, then.
            }
        }
    }

    /// <summary>Of all its threads, since it was started: says more of a start than the clock does on a machine with other work.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Waits for <c>/readyz</c> to say so.</summary>
    /// <returns>Time since the process was started.</returns>
    public async Task<TimeSpan> ReadyAsync(CancellationToken cancel)
    {
        while (true)
        {
            if (_process.HasExited)
            {
                _process.WaitForExit();
                throw new InvalidOperationException($"the server ended with {_process.ExitCode} instead of serving:\n{Said}");
            }

            try
            {
                using var answer = await _client.GetAsync("/readyz", cancel);
                if (answer.IsSuccessStatusCode)
                {
                    return _since.Elapsed;
                }
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }

            await Task.Delay(10, cancel);
        }
    }

    /// <summary>Returns once everything acknowledged is in the store.</summary>
    public async Task DrainAsync(CancellationToken cancel)
    {
        while (await MetricAsync("sightline_log_gap_bytes", cancel) > 0)
        {
            await Task.Delay(25, cancel);
        }
    }

    public async Task<double> MetricAsync(string name, CancellationToken cancel)
    {
        var text = await _client.GetStringAsync("/metrics", cancel);
        var line = text.Split('\n').First(line => line.StartsWith(name + " ", StringComparison.Ordinal));
        return double.Parse(line.AsSpan(name.Length + 1), CultureInfo.InvariantCulture);
    }

    /// <summary>Asks it to stop, and does not wait.</summary>
    public void Ask() => Signal(_process.Id, Terminate);

    /// <summary>Asks it to stop and waits until it has.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> StopAsync(CancellationToken cancel)
    {
        Ask();
        await _process.WaitForExitAsync(cancel);
        return _process.ExitCode;
    }

    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    public void Dispose()
    {
        AppDomain.CurrentDomain.ProcessExit -= OnExit;
        if (!_process.HasExited)
        {
            Kill();
        }

        _process.Dispose();
        _client.Dispose();
    }

    internal static ProcessStartInfo NewStart(string[] words)
    {
        var start = new ProcessStartInfo(words[0], words[1..]) { RedirectStandardError = true, RedirectStandardOutput = true };
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("SIGHTLINE_", StringComparison.Ordinal)).ToList())
        {
            start.Environment.Remove(name);
        }

        return start;
    }

    private void OnExit(object? sender, EventArgs arguments) => _process.Kill();

    private void Keep(string? line)
    {
        if (line is not null)
        {
            _said.Enqueue(line);
            while (_said.Count > LinesKept && _said.TryDequeue(out _))
            {
            }
        }
    }

    private static void Signal(int process, int signal)
    {
        if (SendSignal(process, signal) != 0)
        {
            throw new InvalidOperationException($"process {process} cannot be signalled: {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int SendSignal(int process, int signal);
}
