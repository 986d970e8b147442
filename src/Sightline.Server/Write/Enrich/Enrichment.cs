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
    private readonly SharedContexts _contexts = new();
    private StoreBatch? _into;
    private Project? _project;
    private ProjectView? _view;
    private int _count;

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

    /// <summary>
    /// Takes every datum of the batch: its counts and unreadable members into <paramref name="into"/> at once, its events, as events or drops, as soon
    /// as a slice is full. Most requests bring one event, so a slice gathers those of many. What was taken for another target and never
    /// finished is forgotten.
    /// </summary>
    public void Add(Project project, EventBatch batch, StoreBatch into)
    {
        if (!ReferenceEquals(_into, into))
        {
            _into = into;
            _count = 0;
        }

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

        if (!ReferenceEquals(_project, project))
        {
            _project = project;
            _view = _views.GetValue(project, static p => new ProjectView(p));
        }

        foreach (var incoming in batch.Events)
        {
            _items[_count].Begin(project, _view!, batch, incoming);
            _dropped[_count++] = false;
            if (_count == SliceSize)
            {
                RunSlice(into);
            }
        }
    }

    /// <summary>Everything taken is in <paramref name="into"/> after this.</summary>
    public void Finish(StoreBatch into)
    {
        if (ReferenceEquals(_into, into))
        {
            RunSlice(into);
        }

        _into = null;
        _count = 0;
    }

    /// <summary>Appends every datum of the batch to <paramref name="into"/>, as an event or as a drop, and its count to <see cref="StoreBatch.Received"/>.</summary>
    public void Run(Project project, EventBatch batch, StoreBatch into)
    {
        Add(project, batch, into);
        Finish(into);
    }

    /// <summary>The last batches were not written and will come again.</summary>
    public void Restart()
    {
        foreach (var step in _steps)
        {
            step.Restart();
        }
    }

    public void Dispose()
    {
        foreach (var step in _steps)
        {
            (step as IDisposable)?.Dispose();
        }
    }

    private void RunSlice(StoreBatch into)
    {
        for (var s = 0; s < _steps.Length; s++)
        {
            var step = _steps[s];
            var started = _time.GetTimestamp();
            int seen = 0, drops = 0;
            for (var i = 0; i < _count; i++)
            {
                if (_dropped[i])
                {
                    continue;
                }

                seen++;
                var item = _items[i];
                if (step.Apply(item) is { } reason)
                {
                    drops++;
                    _dropped[i] = true;
                    into.Drops.Add(new Drop(item.Project.Id, item.Batch.ReceivedMs, item.Batch.ReceivedBy, reason, 1, Samples.Of(item)));
                }
            }

            _statistics[s].Add(seen, drops, _time.GetElapsedTime(started));
        }

        for (var i = 0; i < _count; i++)
        {
            if (!_dropped[i])
            {
                into.Events.Add(_items[i].ToEvent(_contexts));
            }
        }

        _count = 0;
    }
}
