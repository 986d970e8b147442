using System.Text.Json;
using Sightline.Core.Wire.StatsD;

namespace Sightline.Server.Receive.StatsD;

/// <summary>Reads statsd's configuration file, which is one JavaScript object: what says how to aggregate is taken, ports and back ends are not.</summary>
internal static class StatsdConfigFile
{
    /// <exception cref="FormatException">With words that continue "--statsd-config ...".</exception>
    public static StatsdOptions Read(string file)
    {
        try
        {
            using var document = JsonDocument.Parse(JsObjectText.ToJson(File.ReadAllText(file)));
            return Read(document.RootElement);
        }
        catch (Exception exception) when (exception is JsonException or FormatException or InvalidOperationException or IOException or UnauthorizedAccessException)
        {
            throw new FormatException($"is '{file}', which cannot be read as statsd's configuration: {exception.Message.ReplaceLineEndings(" ")}", exception);
        }
    }

    private static StatsdOptions Read(JsonElement root)
    {
        var options = new StatsdOptions();
        if (Flag(root, "deleteIdleStats", false))
        {
            options = options.WithoutIdle();
        }

        var graphite = root.TryGetProperty("graphite", out var section) ? section : default;
        return options with
        {
            DogStatsd = Flag(root, "dogstatsd", true),
            FlushIntervalMs = Math.Clamp((int)Number(root, "flushInterval", options.FlushIntervalMs), 100, 3_600_000),
            PercentThreshold = root.TryGetProperty("percentThreshold", out var percents) ? Numbers(percents) : options.PercentThreshold,
            Histograms = root.TryGetProperty("histogram", out var histograms) ? [.. histograms.EnumerateArray().Select(Histogram)] : options.Histograms,
            CalculatedTimerMetrics = root.TryGetProperty("calculatedTimerMetrics", out var wanted) ? [.. wanted.EnumerateArray().Select(name => name.GetString()!)] : [],
            FlushCounts = Flag(root, "flush_counts", true),
            KeyNameSanitize = Flag(root, "keyNameSanitize", true),
            PrefixStats = Text(root, "prefixStats", options.PrefixStats),
            DeleteCounters = Flag(root, "deleteCounters", options.DeleteCounters),
            DeleteTimers = Flag(root, "deleteTimers", options.DeleteTimers),
            DeleteSets = Flag(root, "deleteSets", options.DeleteSets),
            DeleteGauges = Flag(root, "deleteGauges", options.DeleteGauges),
            GaugesMaxTtl = Math.Max(1, (int)Number(root, "gaugesMaxTTL", 1)),
            LegacyNamespace = Flag(graphite, "legacyNamespace", true),
            GlobalPrefix = Text(graphite, "globalPrefix", options.GlobalPrefix),
            PrefixCounter = Text(graphite, "prefixCounter", options.PrefixCounter),
            PrefixTimer = Text(graphite, "prefixTimer", options.PrefixTimer),
            PrefixGauge = Text(graphite, "prefixGauge", options.PrefixGauge),
            PrefixSet = Text(graphite, "prefixSet", options.PrefixSet),
            GlobalSuffix = Text(graphite, "globalSuffix", "") is { Length: > 0 } suffix ? suffix : null,
        };
    }

    private static StatsdHistogram Histogram(JsonElement element) =>
        new(Text(element, "metric", ""), element.TryGetProperty("bins", out var bins) ? Numbers(bins) : []);

    private static double[] Numbers(JsonElement element) =>
        element.ValueKind == JsonValueKind.Array ? [.. element.EnumerateArray().Select(Number)] : [Number(element)];

    private static double Number(JsonElement element) =>
        element.ValueKind == JsonValueKind.String && element.GetString() == "inf" ? double.PositiveInfinity : element.GetDouble();

    private static double Number(JsonElement parent, string name, double otherwise) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : otherwise;

    private static bool Flag(JsonElement parent, string name, bool otherwise) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var value) ? value.ValueKind == JsonValueKind.True : otherwise;

    private static string Text(JsonElement parent, string name, string otherwise) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : otherwise;
}
