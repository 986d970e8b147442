using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Sightline.Tests.Queries.Graphite;

/// <summary>Debian's graphite-web in a process of its own, asked by lines of JSON.</summary>
public sealed class GraphiteWeb : IDisposable
{
    private readonly string _home = Directory.CreateTempSubdirectory("graphite-web").FullName;
    private readonly Process _process;

    public GraphiteWeb()
    {
        var start = new ProcessStartInfo("/usr/bin/python3", ["-W", "ignore", Path.Combine(AppContext.BaseDirectory, "Queries", "Graphite", "Samples", "graphite-web.py"), _home])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        _process = Process.Start(start)!;
        _process.ErrorDataReceived += static (_, _) => { };
        _process.BeginErrorReadLine();
    }

    /// <summary>A question's answer; its fields are told in the script.</summary>
    public JsonObject Ask(JsonObject question)
    {
        _process.StandardInput.WriteLine(question.ToJsonString());
        _process.StandardInput.Flush();
        var line = _process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("graphite-web ended: is it installed (graphite-web, python3-whisper)?");
        return (JsonObject)JsonNode.Parse(line)!;
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        if (!_process.WaitForExit(5000))
        {
            _process.Kill();
        }

        _process.Dispose();
        Directory.Delete(_home, recursive: true);
    }
}
