using System.Text;
using Sightline.Core.Wire.Matomo;

namespace Sightline.Tests.Wire.Matomo;

/// <summary>A request as a client sends it: request line, headers, an empty line, the body.</summary>
internal sealed record MatomoSample(byte[] Query, string? Referer, byte[] Body)
{
    private static readonly string Directory = Path.Combine(AppContext.BaseDirectory, "Wire", "Matomo", "Samples");

    public static IEnumerable<MatomoSample> All() => System.IO.Directory.EnumerateFiles(Directory, "*.http").Order(StringComparer.Ordinal).Select(Read);

    public static MatomoSample Read(string file)
    {
        var text = File.ReadAllText(Path.Combine(Directory, file));
        var end = text.IndexOf("\n\n", StringComparison.Ordinal);
        var head = text[..end].Split('\n');
        var target = head[0].Split(' ')[1];
        var referer = head.FirstOrDefault(line => line.StartsWith("Referer: ", StringComparison.Ordinal))?["Referer: ".Length..];
        var question = target.IndexOf('?', StringComparison.Ordinal);
        return new MatomoSample(Encoding.UTF8.GetBytes(question < 0 ? "" : target[(question + 1)..]), referer, Encoding.UTF8.GetBytes(text[(end + 2)..].TrimEnd('\n')));
    }

    public MatomoCall Call() => MatomoCall.Read(Query, Body);
}
