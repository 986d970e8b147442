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

    public static IReadOnlyList<string> Read(string packet, bool sanitize = true, bool dogStatsd = false)
    {
        var recorder = new StatsdRecorder();
        new StatsdParser(sanitize, dogStatsd).Read(Encoding.UTF8.GetBytes(packet), recorder);
        return recorder.Told;
    }

    public void Packet() => Packets++;

    public void Line() => Lines++;

    public void Bad(ReadOnlySpan<byte> line) => Told.Add("bad");

    public void Counter(ReadOnlySpan<byte> key, double value) => Add($"c {Text(key)} {value}");

    public void Timer(ReadOnlySpan<byte> key, double value, double weight) => Add($"ms {Text(key)} {value} x{weight}");

    public void Gauge(ReadOnlySpan<byte> key, double value, bool signed) => Add($"g {Text(key)} {value}{(signed ? " signed" : "")}");

    public void Set(ReadOnlySpan<byte> key, ReadOnlySpan<byte> member) => Add($"s {Text(key)} {Text(member)}");

    public void At(ReadOnlySpan<byte> key, double value, uint time, bool isCounter) => Add($"{(isCounter ? "c" : "g")} {Text(key)} {value} at {time}");

    public void Event(StatsdEvent happened) => Add($"event {happened.Title}|{happened.Text}|{happened.Time}|{string.Join(' ', happened.Tags)}");

    public void Check(ReadOnlySpan<byte> key, int status, uint time, string message) => Add($"check {Text(key)} {status} at {time} {message}");

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes);

    private void Add(FormattableString text) => Told.Add(text.ToString(CultureInfo.InvariantCulture));
}
