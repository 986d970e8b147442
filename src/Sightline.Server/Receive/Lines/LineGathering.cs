using System.Text;
using Sightline.Core.Model;
using Sightline.Core.Wire.Graphite;

namespace Sightline.Server.Receive.Lines;

/// <summary>The rules of a project at work: names are rewritten, values gathered into aggregates. For any number of threads.</summary>
internal sealed class LineGathering(Project project, LineRules rules, AggregationBuffers buffers, TimeProvider time)
{
    private readonly Lock _lock = new();
    private long _refusedTold;

    public Project Project => project;

    public LineRules Rules => rules;

    /// <summary>Passes a point on under the name the rules give it, and takes its value into the aggregates it belongs to.</summary>
    public void Add(ReadOnlySpan<byte> name, Point point, PointBatchWriter into)
    {
        var route = rules.Of(name);
        if (route.IsAggregated)
        {
            lock (_lock)
            {
                buffers.Add(route, point.Time, point.Value, Now);
            }
        }

        if (route.Name is { } kept)
        {
            into.Add(kept, point);
        }
        else if (route.Fault != GraphiteFault.None)
        {
            into.AddDrop(ReasonOf(route.Fault), 1, Encoding.UTF8.GetString(name));
        }
    }

    /// <summary>Writes the aggregates that are due.</summary>
    /// <param name="into">Begun.</param>
    /// <param name="everything">Also those that are not: the rules are no more.</param>
    public void Tell(PointBatchWriter into, bool everything)
    {
        lock (_lock)
        {
            buffers.Tell(Now, (name, start, value) =>
            {
                var fault = double.IsNaN(value) ? GraphiteFault.NotANumber : SeriesName.Check(Encoding.UTF8.GetBytes(name), out _);
                if (fault != GraphiteFault.None)
                {
                    into.AddDrop(ReasonOf(fault), 1, name.Length > 200 ? name[..200] : name);
                    return;
                }

                SeriesName.Check(Encoding.UTF8.GetBytes(name), out var canonical);
                into.Add(canonical, new Point(start, value));
            }, everything);
            if (buffers.Refused > _refusedTold)
            {
                into.AddDrop(DropReason.TooManySeries, (uint)(buffers.Refused - _refusedTold), "aggregation rules");
                _refusedTold = buffers.Refused;
            }
        }
    }

    public IReadOnlyList<AggregationState> Save()
    {
        lock (_lock)
        {
            return buffers.Save(rules.Aggregations);
        }
    }

    private double Now => time.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0;

    private static DropReason ReasonOf(GraphiteFault fault) => fault == GraphiteFault.TooLong ? DropReason.TooLarge : DropReason.Malformed;
}
