using System.Collections.Concurrent;
using System.Text.Json;
using Sightline.Core.Model;
using Sightline.Core.Wire.Graphite;
using Sightline.Store.Settings;

namespace Sightline.Server.Receive.Lines;

/// <summary>
/// What carbon-aggregator does between a sender and carbon-cache, per project: rewrites names, and makes series of others. What is gathered and not whole outlives a stop in a file;
/// after a kill nothing is told of the intervals that were open, since a sum of half its values is worse than none.
/// </summary>
internal sealed partial class LineAggregation(StorageRuleStore rules, Gate gate, ServeOptions options, TimeProvider time, ILogger<LineAggregation> logger) : BackgroundService
{
    private const string FileName = "aggregates.json";

    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    /// <summary>Aggregates that cannot be appended for so long are refused, and counted by the gate.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<uint, LineGathering> _gatherings = new();
    private readonly Lock _changing = new();
    private readonly PointBatchWriter _batch = new();
    private Dictionary<uint, SavedGathering> _saved = [];

    /// <summary>What the rules of the sender's project do, if any; <see langword="null"/>: there is no project.</summary>
    public LineGathering? Of(PointSender sender) => sender.TryFindProject(out var project) ? Of(project) : null;

    /// <summary>Appends what is due. For one at a time.</summary>
    public async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        foreach (var gathering in _gatherings.Values)
        {
            await TellAsync(Of(gathering.Project), cancellationToken);
        }
    }

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        var path = Path.Combine(options.Data, FileName);
        if (File.Exists(path))
        {
            try
            {
                _saved = JsonSerializer.Deserialize<Dictionary<uint, SavedGathering>>(File.ReadAllText(path)) ?? [];
            }
            catch (JsonException exception)
            {
                LogUnreadable(exception, path);
            }

            // From now on what it says is not the whole any more: a kill must not find it.
            File.Delete(path);
        }

        return base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await RunOnceAsync(CancellationToken.None);
        // Of projects that nobody sent to since the start, what was saved stays.
        foreach (var (project, gathering) in _gatherings)
        {
            if (ReferenceEquals(gathering.Rules, rules.LinesOf(project)))
            {
                var texts = rules.Of(project);
                _saved[project] = new SavedGathering(texts.Rewrites, texts.Aggregates, gathering.Save());
            }
        }

        if (_saved.Values.Any(static saved => saved.States.Count > 0))
        {
            var path = Path.Combine(options.Data, FileName);
            await File.WriteAllTextAsync(path + ".new", JsonSerializer.Serialize(_saved), CancellationToken.None);
            File.Move(path + ".new", path, overwrite: true);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                try
                {
                    await RunOnceAsync(stoppingToken);
                }
                catch (Exception exception) when (exception is not OperationCanceledException)
                {
                    LogFailed(exception);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Stopping: what is gathered is saved.
        }
    }

    private LineGathering Of(Project project) =>
        _gatherings.TryGetValue(project.Id, out var known) && ReferenceEquals(known.Rules, rules.LinesOf(project.Id)) ? known : Change(project);

    private LineGathering Change(Project project)
    {
        lock (_changing)
        {
            // Read in here: nobody may bring back what it read in front of another's change.
            var wanted = rules.LinesOf(project.Id);
            if (_gatherings.TryGetValue(project.Id, out var known))
            {
                if (!ReferenceEquals(known.Rules, wanted))
                {
                    known.Use(wanted);
                }

                return known;
            }

            var now = time.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0;
            var texts = rules.Of(project.Id);
            var buffers = _saved.Remove(project.Id, out var saved) && (saved.Rewrites, saved.Aggregates) == (texts.Rewrites, texts.Aggregates)
                ? AggregationBuffers.Load(wanted.Aggregations, saved.States, now)
                : new AggregationBuffers((long)Math.Ceiling(now));
            return _gatherings[project.Id] = new LineGathering(project, wanted, buffers, time);
        }
    }

    private async Task TellAsync(LineGathering gathering, CancellationToken cancellationToken)
    {
        var sender = new PointSender(gate, gathering.Project.Id, time);
        _batch.Begin(ReceivedBy.Carbon, sender.NowMs, 0);
        gathering.Tell(_batch);
        await sender.SendAsync(_batch, ReceivedBy.Carbon, Patience, cancellationToken);
    }

    private sealed record SavedGathering(string Rewrites, string Aggregates, IReadOnlyList<AggregationState> States);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Path} cannot be read: nothing is told of the aggregates that were open when the server stopped")]
    private partial void LogUnreadable(Exception exception, string path);

    [LoggerMessage(Level = LogLevel.Error, Message = "Aggregates could not be appended; the next second tries the next ones")]
    private partial void LogFailed(Exception exception);
}
