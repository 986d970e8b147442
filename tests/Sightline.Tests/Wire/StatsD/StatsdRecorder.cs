using System.Globalization;
using System.Text;
using Sightline.Core.Wire.StatsD;

namespace Sightline.Tests.Wire.StatsD;

/// <summary>Writes down what the parser tells it, a line a call.</summary>
internal sealed class StatsdRecorder : IStatsdSink
{
    public List<string> Told { get; } = [];

    public int Lines { get; private set; }

    public int Packets { get; private set; }

    public static IReadOnlyList<string> Read(string packet, bool sanitize = true)
    {
        var recorder = new StatsdRecorder();
        new StatsdParser(sanitize).Read(Encoding.UTF8.GetBytes(packet), recorder);
        return recorder.Told;
    }

    public void Packet() => Packets++;

    public void Line() => Lines++;

    public void Bad(ReadOnlySpan<byte> line) => Told.Add("bad");

    public void Counter(ReadOnlySpan<byte> key, double value) => Add($"c {Text(key)} {value}");

    public void Timer(ReadOnlySpan<byte> key, double value, double weight) => Add($"ms {Text(key)} {value} x{weight}");

    public void Gauge(ReadOnlySpan<byte> key, double value, bool signed) => Add($"g {Text(key)} {value}{(signed ? " signed" : "")}");

    public void Set(ReadOnlySpan<byte> key, ReadOnlySpan<byte> member) => Add($"s {Text(key)} {Text(member)}");

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes);

    private void Add(FormattableString text) => Told.Add(text.ToString(CultureInfo.InvariantCulture));
}
