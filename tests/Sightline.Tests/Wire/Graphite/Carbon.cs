using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Sightline.Tests.Wire.Graphite;

/// <summary>Debian's carbon (graphite-carbon) behind one of the scripts in <c>Samples</c>: a line of JSON in, a line of JSON out.</summary>
internal sealed class Carbon : IDisposable
{
    private readonly Process _process;

    /// <param name="script">Its file name.</param>
    public Carbon(string script)
    {
        _process = Process.Start(new ProcessStartInfo("/usr/bin/python3", ["-W", "ignore", Path.Combine(AppContext.BaseDirectory, "Wire", "Graphite", "Samples", script)])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            // Carbon writes its log there.
            RedirectStandardError = true,
        })!;
        _process.ErrorDataReceived += static (_, _) => { };
        _process.BeginErrorReadLine();
    }

    public JsonNode Ask(JsonObject question)
    {
        _process.StandardInput.WriteLine(question.ToJsonString());
        _process.StandardInput.Flush();
        return JsonNode.Parse(_process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("carbon ended: is it installed (graphite-carbon)?"))!;
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }
}
