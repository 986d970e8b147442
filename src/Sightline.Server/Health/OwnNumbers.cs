using System.Text.Json;
using Sightline.Core.Model;
using Sightline.Server.Receive;
using Sightline.Server.Receive.Lines;

namespace Sightline.Server.Health;

/// <summary>
/// Sightline's own metrics, as Prometheus names them. Names are stable; what is stored per project stays out of here, because
/// anybody who may scrape could read it.
/// </summary>
internal static class OwnNumbers
{
    public static void Tell(IMetricSink text, DataPath path, params ReadOnlySpan<LineStatistics> lines)
    {
        text.Head("sightline_accepted_total", "counter", "Data made durable and acknowledged, by protocol.");
        foreach (var protocol in Enum.GetValues<ReceivedBy>())
        {
            text.Value("sightline_accepted_total", $"protocol=\"{Name(protocol)}\"", path.Counters.AcceptedBy(protocol));
        }

        text.Head("sightline_rejected_total", "counter", "Data refused at the gate, nothing of them taken, by protocol and reason.");
        foreach (var protocol in Enum.GetValues<ReceivedBy>())
        {
            foreach (var reason in Enum.GetValues<RejectReason>())
            {
                var count = path.Counters.RejectedBy(protocol, reason);
                if (count > 0)
                {
                    text.Value("sightline_rejected_total", $"protocol=\"{Name(protocol)}\",reason=\"{Name(reason)}\"", count);
                }
            }
        }

        var log = path.Log.Statistics;
        text.One("sightline_log_appends_total", "counter", "Records appended to the log.", log.Appends);
        text.One("sightline_log_bytes_total", "counter", "Bytes appended to the log.", log.Bytes);
        text.One("sightline_log_syncs_total", "counter", "Times the log was synced to disk; one sync serves many requests.", log.Syncs);
        text.One("sightline_log_sync_seconds_p99", "gauge", "How long a sync takes, 99th percentile since start.", log.SyncSecondsAt(0.99));
        text.One("sightline_log_damaged_bytes_total", "counter", "Bytes of the log that could not be read back.", log.DamagedBytes);
        text.One("sightline_log_gap_bytes", "gauge", "Acknowledged bytes not yet in the store.", path.Feeder.GapBytes);

        var feeder = path.Feeder.Statistics;
        text.One("sightline_store_lag_seconds", "gauge", "Age of the oldest acknowledged datum not yet in the store.", path.Feeder.Lag.TotalSeconds);
        text.One("sightline_stored_events_total", "counter", "Events written to the store.", feeder.Events);
        text.One("sightline_stored_points_total", "counter", "Points of metrics written to the store.", feeder.Points);
        text.One("sightline_store_batches_total", "counter", "Transactions of the store.", feeder.Batches);
        text.One("sightline_store_damaged_series", "gauge", "Series of which damaged points were met since start.", path.Store.DamagedSeries.Count);
        text.One("sightline_store_failures_total", "counter", "Transactions that failed and were tried again.", feeder.Failures);
        text.One("sightline_store_busy_seconds_total", "counter", "Time spent enriching and writing.", feeder.Busy.TotalSeconds);
        var files = path.Store.Files();
        text.Head("sightline_store_bytes", "gauge", "Size of the store's files: the main one, its write-ahead log, those of settled months.");
        text.Value("sightline_store_bytes", "file=\"main\"", files.MainBytes);
        text.Value("sightline_store_bytes", "file=\"wal\"", files.LogBytes);
        text.Value("sightline_store_bytes", "file=\"months\"", files.MonthBytes);
        text.One("sightline_store_month_files", "gauge", "Files of settled months.", files.Months);
        text.One("sightline_series", "gauge", "Series of metrics.", path.Store.Series.Count);
        text.One("sightline_series_new_total", "counter", "Series of metrics that were new.", path.Store.Series.Guard.New);
        text.One("sightline_series_refused_points_total", "counter", "Points of further series of projects that have as many as they may.", path.Store.Series.Guard.Refused);
        Lines(text, lines);
        Steps(text, path);
        text.One("sightline_process_resident_bytes", "gauge", "Memory of the process.", Environment.WorkingSet);
        text.One("sightline_process_heap_bytes", "gauge", "Managed memory in use.", GC.GetTotalMemory(false));
        text.One("sightline_process_allocated_bytes_total", "counter", "Managed memory allocated since start.", GC.GetTotalAllocatedBytes());
        text.One("sightline_process_gc_pause_seconds_total", "counter", "Time everything stood still for the garbage collector.", GC.GetTotalPauseDuration().TotalSeconds);
    }

    private static void Lines(IMetricSink text, ReadOnlySpan<LineStatistics> lines)
    {
        foreach (var line in lines)
        {
            var protocol = $"protocol=\"{line.Protocol}\"";
            text.Value("sightline_line_received_bytes_total", protocol, line.Bytes);
            text.Value("sightline_line_datagrams_total", protocol, line.Datagrams);
            // Lost before anybody could read them: the one loss that only the kernel counts.
            text.Value("sightline_line_lost_datagrams_total", protocol, line.LostDatagrams);
            text.Value("sightline_line_receive_buffer_bytes", protocol, line.ReceiveBuffer);
            text.Value("sightline_line_connections", protocol, line.Open);
            text.Value("sightline_line_connections_total", protocol, line.Connections);
            if (line.Repeated + line.NotRepeated > 0)
            {
                text.Value("sightline_line_repeated_total", protocol, line.Repeated);
                text.Value("sightline_line_not_repeated_total", protocol, line.NotRepeated);
            }
        }
    }

    private static void Steps(IMetricSink text, DataPath path)
    {
        text.Head("sightline_enrich_seconds_total", "counter", "Time spent in each step of enrichment.");
        foreach (var step in path.Enrichment.Statistics)
        {
            text.Value("sightline_enrich_seconds_total", $"step=\"{step.Name}\"", step.Elapsed.TotalSeconds);
        }

        text.Head("sightline_enrich_dropped_total", "counter", "Events dropped by each step of enrichment.");
        foreach (var step in path.Enrichment.Statistics)
        {
            text.Value("sightline_enrich_dropped_total", $"step=\"{step.Name}\"", step.Drops);
        }
    }

    private static string Name<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());
}
