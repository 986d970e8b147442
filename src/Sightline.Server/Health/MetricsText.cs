using System.Globalization;
using System.Text;

namespace Sightline.Server.Health;

/// <summary>Writes metrics in Prometheus text format 0.0.4.</summary>
internal sealed class MetricsText : IMetricSink
{
    private readonly StringBuilder _text = new(8192);

    public void Head(string name, string type, string help) =>
        _text.Append("# HELP ").Append(name).Append(' ').Append(help).Append('\n').Append("# TYPE ").Append(name).Append(' ').Append(type).Append('\n');

    public void Value(string name, string labels, double value)
    {
        _text.Append(name);
        if (labels.Length > 0)
        {
            _text.Append('{').Append(labels).Append('}');
        }

        _text.Append(' ').Append(value.ToString("R", CultureInfo.InvariantCulture)).Append('\n');
    }

    public override string ToString() => _text.ToString();
}
