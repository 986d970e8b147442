using System.Text;

namespace Sightline.Core.Wire.StatsD;

/// <summary>What an aggregator holds between two flushes, for statsd's administration: printed as statsd prints it, and deleted by key or folder.</summary>
public sealed partial class StatsdAggregator
{
    /// <summary>As <c>counters</c>, <c>timers</c> and <c>gauges</c> print it.</summary>
    public string Print(StatsdKind kind) => kind switch
    {
        StatsdKind.Counters => JsInspect.Object(_counters.Select(static pair => KeyValuePair.Create(Text(pair.Key), pair.Value.Value))),
        StatsdKind.Timers => JsInspect.Object(_timers.Select(static pair => KeyValuePair.Create(Text(pair.Key), pair.Value.Values.ToArray()))),
        _ => JsInspect.Object(_gauges.Select(static pair => KeyValuePair.Create(Text(pair.Key), pair.Value.Value))),
    };

    /// <summary>Forgets a key, or with <c>folder.*</c> all under it.</summary>
    /// <returns>The keys deleted.</returns>
    public IReadOnlyList<string> Delete(StatsdKind kind, string bucket)
    {
        switch (kind)
        {
            case StatsdKind.Counters:
                // Those of its own go on at nought: statsd would count on from what is not a number.
                foreach (var own in new[] { _bad, _packets, _lines })
                {
                    own.Value = Matching(_counters.Where(pair => pair.Value == own).Select(static pair => pair.Key), bucket).Count > 0 ? 0 : own.Value;
                }

                return Delete(_counters, bucket, state => state == _bad || state == _packets || state == _lines);
            case StatsdKind.Timers:
                return Delete(_timers, bucket, static _ => false);
            default:
                return Delete(_gauges, bucket, static _ => false);
        }
    }

    private static List<string> Delete<T>(Dictionary<byte[], T> states, string bucket, Func<T, bool> stays)
    {
        var found = Matching(states.Keys, bucket);
        foreach (var key in found)
        {
            if (!stays(states[key]))
            {
                states.Remove(key);
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
