using System.Text;

namespace Sightline.Core.Wire.StatsD;

/// <summary>What an aggregator holds between two flushes, for statsd's administration: printed as statsd prints it, and deleted by key or folder.</summary>
internal sealed class StatsdInspection(StatsdStates states)
{
    /// <summary>As <c>counters</c>, <c>timers</c> and <c>gauges</c> print it.</summary>
    public string Print(StatsdKind kind) => kind switch
    {
        StatsdKind.Counters => JsInspect.Object(states.Counters.Select(static pair => KeyValuePair.Create(Text(pair.Key), pair.Value.Value))),
        StatsdKind.Timers => JsInspect.Object(states.Timers.Select(static pair => KeyValuePair.Create(Text(pair.Key), pair.Value.Values.ToArray()))),
        _ => JsInspect.Object(states.Gauges.Select(static pair => KeyValuePair.Create(Text(pair.Key), pair.Value.Value))),
    };

    /// <summary>Forgets a key, or with <c>folder.*</c> all under it.</summary>
    /// <returns>The keys deleted.</returns>
    public IReadOnlyList<string> Delete(StatsdKind kind, string bucket)
    {
        switch (kind)
        {
            case StatsdKind.Counters:
                // Those of its own go on at nought: statsd would count on from what is not a number.
                foreach (var own in states.Kept)
                {
                    own.Value = Matching(states.Counters.Where(pair => pair.Value == own).Select(static pair => pair.Key), bucket).Count > 0 ? 0 : own.Value;
                }

                return Delete(states.Counters, bucket, states.Kept.Contains);
            case StatsdKind.Timers:
                return Delete(states.Timers, bucket, static _ => false);
            default:
                return Delete(states.Gauges, bucket, static _ => false);
        }
    }

    private static List<string> Delete<T>(Dictionary<byte[], T> all, string bucket, Func<T, bool> stays)
    {
        var found = Matching(all.Keys, bucket);
        foreach (var key in found)
        {
            if (!stays(all[key]))
            {
                all.Remove(key);
            }
        }

        return [.. found.Select(Text)];
    }

    private static List<byte[]> Matching(IEnumerable<byte[]> keys, string bucket)
    {
        var name = Encoding.UTF8.GetBytes(bucket);
        var folder = bucket.EndsWith(".*", StringComparison.Ordinal) ? Encoding.UTF8.GetBytes(bucket[..^1]) : null;
        return [.. keys.Where(key => key.AsSpan().SequenceEqual(name) || (folder is not null && key.AsSpan().StartsWith(folder)))];
    }

    private static string Text(byte[] key) => Encoding.UTF8.GetString(key);
}
