namespace Sightline.Server.Health;

/// <summary>Is told the server's own metrics, one after the other.</summary>
internal interface IMetricSink
{
    /// <param name="name">As Prometheus has it: <c>sightline_log_bytes_total</c>. The values that follow are this metric's.</param>
    /// <param name="type"><c>counter</c> or <c>gauge</c>.</param>
    /// <param name="help">What it is, in a sentence.</param>
    void Head(string name, string type, string help);

    /// <param name="name">As with <see cref="Head"/>.</param>
    /// <param name="labels"><c>protocol="statsd",reason="busy"</c>, or empty.</param>
    /// <param name="value">Any number.</param>
    void Value(string name, string labels, double value);

    /// <summary>A metric without labels.</summary>
    sealed void One(string name, string type, string help, double value)
    {
        Head(name, type, help);
        Value(name, "", value);
    }
}
