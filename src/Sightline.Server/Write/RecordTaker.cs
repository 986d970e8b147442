using Sightline.Core.Model;
using Sightline.Log;
using Sightline.Server.Write.Enrich;
using Sightline.Store;
using Sightline.Store.Series;
using Sightline.Store.Settings;

namespace Sightline.Server.Write;

/// <summary>Puts what a record of the log holds into a batch: events through the enrichment, points as they are. Nothing a record holds can stop the rest.</summary>
internal sealed partial class RecordTaker(
    Enrichment enrichment, ProjectDirectory projects, SeriesIndex series, LogToStoreStatistics statistics, TimeProvider time, ILogger logger)
{
    /// <param name="record">The record.</param>
    /// <param name="into">The batch; the last events are in it after <see cref="Enrichment.Finish"/>.</param>
    /// <param name="asPoison">It cannot be stored by any means: count its data as damaged.</param>
    public void Take(in LogRecord record, StoreBatch into, bool asPoison)
    {
        var projectKnown = projects.TryGetById(record.Project, out var project);
        if (record.Kind == RecordKind.Points && projectKnown)
        {
            TakePoints(record, into, asPoison);
            return;
        }

        if (record.Kind == RecordKind.Changes && projectKnown)
        {
            TakeChanges(record, into, asPoison);
            return;
        }

        if (record.Kind != RecordKind.Events || !projectKnown)
        {
            // A project that was removed while its records were under way: there is nobody left to show a drop to.
            statistics.Orphaned(1);
            LogOrphan(record.Kind, record.Project);
            return;
        }

        EventBatch batch;
        try
        {
            batch = EventBatchCodec.Read(record.Payload.Span);
        }
        catch (InvalidDataException exception)
        {
            Unreadable(record, exception, ReceivedBy.EventApi, into);
            return;
        }

        if (asPoison)
        {
            Poisoned(record, batch, into);
            return;
        }

        enrichment.Add(project!, batch, into);
        if (batch.Progress is { } progress)
        {
            into.Imports.Add((record.Project, progress));
        }
    }

    private void TakePoints(in LogRecord record, StoreBatch into, bool asPoison)
    {
        try
        {
            PointRecord.Take(record.Project, record.Payload.Span, series, into, dropAll: asPoison);
            if (asPoison)
            {
                LogPoison(record.Position.Value, record.Project, 1);
            }

            if (series.TakeWarning(record.Project, time.GetUtcNow().ToUnixTimeMilliseconds()) is { } report)
            {
                LogTooManySeries(report.Project, report.Series, report.Refused, report.WorstText);
            }
        }
        catch (InvalidDataException exception)
        {
            Unreadable(record, exception, ReceivedBy.Carbon, into);
        }
    }

    private void TakeChanges(in LogRecord record, StoreBatch into, bool asPoison)
    {
        try
        {
            var batch = ChangeBatch.Read(record.Payload.Span);
            if (!asPoison)
            {
                for (var i = 0; i < batch.Changes.Count; i++)
                {
                    into.Changes.Add(new StoredChange(record.Project, record.Position.Value + i, batch.ReceivedBy, batch.ReceivedMs, batch.Changes[i]));
                }

                return;
            }

            var count = (uint)batch.Changes.Count;
            LogPoison(record.Position.Value, record.Project, count);
            into.Received.Add(new ReceivedCount(record.Project, batch.ReceivedMs, batch.ReceivedBy, count));
            into.Drops.Add(new Drop(record.Project, batch.ReceivedMs, batch.ReceivedBy, DropReason.Damaged, count, null));
        }
        catch (InvalidDataException exception)
        {
            Unreadable(record, exception, ReceivedBy.StatsD, into);
        }
    }

    private void Poisoned(in LogRecord record, EventBatch batch, StoreBatch into)
    {
        var count = (uint)batch.Events.Count;
        LogPoison(record.Position.Value, record.Project, count);
        foreach (var drop in batch.Drops)
        {
            count += drop.Count;
        }

        into.Received.Add(new ReceivedCount(record.Project, batch.ReceivedMs, batch.ReceivedBy, count));
        into.Drops.Add(new Drop(record.Project, batch.ReceivedMs, batch.ReceivedBy, DropReason.Damaged, count, null));
        if (batch.Progress is { } progress)
        {
            into.Imports.Add((record.Project, progress));
        }
    }

    private void Unreadable(in LogRecord record, InvalidDataException exception, ReceivedBy by, StoreBatch into)
    {
        LogUnreadable(exception, record.Position.Value);
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        into.Received.Add(new ReceivedCount(record.Project, now, by, 1));
        into.Drops.Add(new Drop(record.Project, now, by, DropReason.Damaged, 1, null));
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The log record at {Position} cannot be read and is counted as damaged")]
    private partial void LogUnreadable(Exception exception, long position);

    [LoggerMessage(Level = LogLevel.Error, Message = "The log record at {Position} of project {Project} cannot be stored by any means: {Count} data dropped as damaged")]
    private partial void LogPoison(long position, uint project, uint count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Project {Project} has {Series} series of metrics, as many as it may: {Refused} points of further series refused since start; most new names begin with {Worst}")]
    private partial void LogTooManySeries(uint project, int series, long refused, string worst);

    [LoggerMessage(Level = LogLevel.Debug, Message = "A log record of kind {Kind} for project {Project} has no reader or no project and is passed over")]
    private partial void LogOrphan(RecordKind kind, uint project);
}
