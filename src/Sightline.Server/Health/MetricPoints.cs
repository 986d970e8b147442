using System.Text;
using Sightline.Core.Model;

namespace Sightline.Server.Health;

/// <summary>
/// Keeps metrics as points under names of Graphite, until they are written: <c>sightline_line_datagrams_total{protocol="statsd"}</c> is
/// <c>sightline.line.statsd.datagrams_total</c>. What stands behind the first word and the labels is the last part of the name, so that a pattern finds all of a kind.
/// </summary>
internal sealed class MetricPoints(int mostSamples) : IMetricSink
{
    private const string Prefix = "sightline_";

    private readonly Dictionary<(string Name, string Labels), byte[]> _names = [];
    private readonly Dictionary<byte[], List<Point>> _points = [];
    private uint _now;

    /// <summary>Samples that are not written.</summary>
    public int Samples { get; private set; }

    /// <summary>When the oldest of them was taken, Unix seconds.</summary>
    public uint Oldest { get; private set; }

    /// <summary>The values that follow are of this time. While nothing can be written the oldest make room.</summary>
    /// <param name="now">Unix seconds.</param>
    public void Begin(uint now)
    {
        Oldest = Samples == 0 ? now : Oldest;
        if (Samples == mostSamples)
        {
            var oldest = Oldest;
            foreach (var points in _points.Values)
            {
                points.RemoveAll(point => point.Time == oldest);
            }

            Oldest = _points.Values.Where(static points => points.Count > 0).Select(static points => points[0].Time).DefaultIfEmpty(now).Min();
            Samples--;
        }

        Samples++;
        _now = now;
    }

    public void Head(string name, string type, string help)
    {
        // Graphite keeps no such thing.
    }

    public void Value(string name, string labels, double value)
    {
        if (!double.IsFinite(value))
        {
            return;
        }

        if (!_names.TryGetValue((name, labels), out var utf8))
        {
            _names.Add((name, labels), utf8 = Encoding.UTF8.GetBytes(NameOf(name, labels)));
            _points.Add(utf8, []);
        }

        _points[utf8].Add(new Point(_now, value));
    }

    /// <summary>Series by series, so that each name is written once.</summary>
    public void WriteTo(PointBatchWriter batch)
    {
        foreach (var (name, points) in _points)
        {
            foreach (var point in points)
            {
                batch.Add(name, point);
            }
        }
    }

    /// <summary>Everything is written.</summary>
    public void Clear()
    {
        foreach (var points in _points.Values)
        {
            points.Clear();
        }

        Samples = 0;
    }

    /// <summary>The name of Graphite for one of Prometheus.</summary>
    internal static string NameOf(string name, string labels)
    {
        var text = name.StartsWith(Prefix, StringComparison.Ordinal) ? name[Prefix.Length..] : name;
        var cut = text.IndexOf('_', StringComparison.Ordinal);
        var (group, rest) = cut < 0 ? (text, labels.Length == 0 ? "count" : "") : (text[..cut], text[(cut + 1)..]);
        // Values of labels stand between quotes.
        var values = labels.Split('"').Where(static (_, i) => i % 2 == 1).Select(static value => value.Replace('.', '_'));
        return string.Join('.', ((string[])["sightline", group, .. values, rest]).Where(static part => part.Length > 0));
    }
}
