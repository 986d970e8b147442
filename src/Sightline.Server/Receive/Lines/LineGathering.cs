using System.Text;
using Sightline.Core.Model;
using Sightline.Core.Wire.Graphite;

namespace Sightline.Server.Receive.Lines;

/// <summary>The rules of a project at work: names are rewritten, values gathered into aggregates. For any number of threads.</summary>
internal sealed class LineGathering(Project project, LineRules rules, AggregationBuffers buffers, TimeProvider time)
{
    private readonly Lock _lock = new();
    private volatile LineRules _rules = rules;
    private long _refusedTold;

    public Project Project => project;

    public LineRules Rules => _rules;

    /// <summary>Other rules from now on, also for whoever is amid a batch.</summary>
    public void Use(LineRules rules)
    {
        lock (_lock)
        {
            buffers.Change(_rules.Aggregations, rules.Aggregations, Now);
            _rules = rules;
        }
    }

    /// <summary>Passes a point on under the name the rules give it, and takes its value into the aggregates it belongs to.</summary>
    public void Add(ReadOnlySpan<byte> name, Point point, PointBatchWriter into)
    {
        if (_rules.IsEmpty)
        {
            into.Add(name, point);
            return;
        }

        var route = Gather(name, point);
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
    public void Tell(PointBatchWriter into)
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
            });
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
            return buffers.Save(_rules.Aggregations);
        }
    }

    /// <summary>A value goes where the rules say that hold as it is taken in: by any others it could come behind their last word.</summary>
    private LineRoute Gather(ReadOnlySpan<byte> name, Point point)
    {
        while (true)
        {
            var rules = _rules;
            var route = rules.Of(name);
            if (!route.IsAggregated)
            {
                return route;
            }

            lock (_lock)
            {
                if (ReferenceEquals(rules, _rules))
                {
                    buffers.Add(route, point.Time, point.Value, Now);
                    return route;
                }
            }
        }
    }

    private double Now => time.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0;

    private static DropReason ReasonOf(GraphiteFault fault) => fault == GraphiteFault.TooLong ? DropReason.TooLarge : DropReason.Malformed;
}
