using System.Text;

namespace Sightline.Core.Wire.StatsD;

/// <summary>Names of series as statsd's Graphite backend makes them: namespace, key, figure, suffix, and the key's tags at the end.</summary>
internal sealed class StatsdNames
{
    private readonly StatsdOptions _options;
    private readonly string _suffix;

    public StatsdNames(StatsdOptions options)
    {
        _options = options;
        _suffix = options.GlobalSuffix is { } suffix ? "." + suffix : "";
        var legacy = options.LegacyNamespace;
        Counters = legacy ? "stats." : Namespace(options.PrefixCounter);
        Timers = legacy ? "stats.timers." : Namespace(options.PrefixTimer);
        Gauges = legacy ? "stats.gauges." : Namespace(options.PrefixGauge);
        Sets = legacy ? "stats.sets." : Namespace(options.PrefixSet);
        Own = (legacy ? "stats." : Namespace("")) + options.PrefixStats + ".";
        NumStats = (legacy ? options.PrefixStats + "." : Own) + "numStats" + _suffix;
    }

    public string Counters { get; }

    public string Timers { get; }

    public string Gauges { get; }

    public string Sets { get; }

    /// <summary>Where the series about statsd itself are.</summary>
    public string Own { get; }

    public string NumStats { get; }

    public string OfOwn(string figure) => Own + figure + _suffix;

    public string CounterRate(string key) => Of(Counters, key, _options.LegacyNamespace ? null : "rate");

    public string CounterCount(string key) => _options.LegacyNamespace ? Of("stats_counts.", key, null) : Of(Counters, key, "count");

    /// <param name="prefix">One of the namespaces.</param>
    /// <param name="key">A key, with its tags behind the first semicolon.</param>
    /// <param name="figure"><see langword="null"/>: the key alone.</param>
    public string Of(string prefix, string key, string? figure)
    {
        var semicolon = key.IndexOf(';', StringComparison.Ordinal);
        var name = semicolon < 0 ? key : key[..semicolon];
        if (!_options.KeyNameSanitize)
        {
            var bytes = Encoding.UTF8.GetBytes(name);
            name = Encoding.ASCII.GetString(bytes, 0, StatsdKey.Sanitize(bytes, bytes));
        }

        return string.Concat(figure is null ? prefix + name : $"{prefix}{name}.{figure}", _suffix, semicolon < 0 ? "" : key.AsSpan(semicolon));
    }

    private string Namespace(string prefix) =>
        (_options.GlobalPrefix.Length > 0 ? _options.GlobalPrefix + "." : "") + (prefix.Length > 0 ? prefix + "." : "");
}
