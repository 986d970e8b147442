using System.Runtime.CompilerServices;
using Sightline.Core.Model;
using Sightline.Store;

namespace Sightline.Server.Write.Enrich;

/// <summary>
/// Turns what was received into what is stored: an ordered list of steps, each timed and able to drop with a reason. One thread
/// calls <see cref="Run"/>; the statistics may be read from any.
/// </summary>
internal sealed class Enrichment : IDisposable
{
    // Steps run over a slice at a time: the clock is read twice per step and slice instead of twice per step and event, and a
    // step's tables stay in the processor's cache.
    private const int SliceSize = 256;

    private readonly IEnrichStep[] _steps;
    private readonly StepStatistics[] _statistics;
    private readonly TimeProvider _time;
    private readonly ConditionalWeakTable<Project, ProjectView> _views = [];
    private readonly EnrichItem[] _items = new EnrichItem[SliceSize];
    private readonly bool[] _dropped = new bool[SliceSize];

    public Enrichment(IReadOnlyList<IEnrichStep> steps, TimeProvider time)
    {
        _steps = [.. steps];
        _statistics = [.. steps.Select(step => new StepStatistics(step.Name))];
        _time = time;
        for (var i = 0; i < SliceSize; i++)
        {
            _items[i] = new EnrichItem();
        }
    }

    /// <summary>In the order of the steps.</summary>
    public IReadOnlyList<StepStatistics> Statistics => _statistics;

    /// <summary>Appends every datum of the batch to <paramref name="into"/>, as an event or as a drop, and its count to <see cref="StoreBatch.Received"/>.</summary>
    public void Run(Project project, EventBatch batch, StoreBatch into)
    {
        var received = (uint)batch.Events.Count;
        foreach (var drop in batch.Drops)
        {
            received += drop.Count;
            into.Drops.Add(new Drop(project.Id, batch.ReceivedMs, batch.ReceivedBy, drop.Reason, drop.Count, drop.Sample));
        }

        if (received > 0)
        {
            into.Received.Add(new ReceivedCount(project.Id, batch.ReceivedMs, batch.ReceivedBy, received));
        }

        var view = _views.GetValue(project, static p => new ProjectView(p));
        for (var at = 0; at < batch.Events.Count; at += SliceSize)
        {
            RunSlice(project, view, batch, at, Math.Min(SliceSize, batch.Events.Count - at), into);
        }
    }

    public void Dispose()
    {
        foreach (var step in _steps)
        {
            (step as IDisposable)?.Dispose();
        }
    }

    private void RunSlice(Project project, ProjectView view, EventBatch batch, int at, int count, StoreBatch into)
    {
        for (var i = 0; i < count; i++)
        {
            _items[i].Begin(project, view, batch, batch.Events[at + i]);
            _dropped[i] = false;
        }

        for (var s = 0; s < _steps.Length; s++)
        {
            var step = _steps[s];
            var started = _time.GetTimestamp();
            int seen = 0, drops = 0;
            for (var i = 0; i < count; i++)
            {
                if (_dropped[i])
                {
                    continue;
                }

                seen++;
                if (step.Apply(_items[i]) is { } reason)
                {
                    drops++;
                    _dropped[i] = true;
                    into.Drops.Add(new Drop(project.Id, batch.ReceivedMs, batch.ReceivedBy, reason, 1, Samples.Of(_items[i])));
                }
            }

            _statistics[s].Add(seen, drops, _time.GetElapsedTime(started));
        }

        for (var i = 0; i < count; i++)
        {
            if (!_dropped[i])
            {
                into.Events.Add(_items[i].ToEvent());
            }
        }
    }
}
