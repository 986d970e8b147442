using System.Diagnostics;
using System.Text.Json;

namespace Sightline.ServerTests.Metrics;

/// <summary>Debian's whisper in a process of its own; see the script for what it can be asked.</summary>
internal sealed class Whisper : IDisposable
{
    private readonly Process _process = Process.Start(new ProcessStartInfo("/usr/bin/python3", [Path.Combine(AppContext.BaseDirectory, "Metrics", "Samples", "whisper-files.py")])
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
    })!;

    public JsonElement Ask(object question)
    {
        _process.StandardInput.WriteLine(JsonSerializer.Serialize(question));
        _process.StandardInput.Flush();
        return JsonDocument.Parse(_process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("whisper ended: is python3-whisper installed?")).RootElement.Clone();
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        if (!_process.WaitForExit(5000))
        {
            _process.Kill();
        }

        _process.Dispose();
    }
}
