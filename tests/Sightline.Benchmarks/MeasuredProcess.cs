using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Sightline.Benchmarks;

/// <summary>A program that is measured from outside, with a directory of its own that goes with it; ended by its id.</summary>
internal abstract class MeasuredProcess(string data, Process process) : IDisposable
{
    public string Data { get; } = data;

    public int Id => Process.Id;

    public bool HasExited => Process.HasExited;

    protected Process Process { get; } = process;

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Resident memory, bytes.</summary>
    public long ResidentBytes()
    {
        Process.Refresh();
        return Process.WorkingSet64;
    }

    public TimeSpan ProcessorTime()
    {
        Process.Refresh();
        return Process.TotalProcessorTime;
    }

    /// <summary>Asks it to stop and waits: what it holds is on disk then. Its directory stays until this is disposed.</summary>
    public void Stop()
    {
        using var kill = Process.Start("kill", ["-TERM", Id.ToString(CultureInfo.InvariantCulture)]);
        if (!Process.WaitForExit(120_000))
        {
            throw new InvalidOperationException($"{Process.StartInfo.FileName} does not stop");
        }
    }

    public void Dispose()
    {
        if (!Process.HasExited)
        {
            Process.Kill();
            Process.WaitForExit();
        }

        Process.Dispose();
        Directory.Delete(Data, recursive: true);
    }
}
