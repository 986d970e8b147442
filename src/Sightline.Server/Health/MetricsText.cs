using System.Globalization;
using System.Text;
using System.Text.Json;
using Sightline.Core.Model;
using Sightline.Server.Receive;
using Sightline.Server.Receive.Lines;

namespace Sightline.Server.Health;

/// <summary>
/// Sightline's own metrics in Prometheus text format 0.0.4. Names are stable; what is stored per project stays out of here, because
/// anybody who may scrape could read it.
/// </summary>
internal static class MetricsText
{
    public static string Write(DataPath path, params ReadOnlySpan<LineStatistics> lines)
    {
        var text = new StringBuilder(4096);
        Head(text, "sightline_accepted_total", "counter", "Data made durable and acknowledged, by protocol.");
        foreach (var protocol in Enum.GetValues<ReceivedBy>())
        {
            Line(text, "sightline_accepted_total", $"protocol=\"{Name(protocol)}\"", path.Counters.AcceptedBy(protocol));
        }

        Head(text, "sightline_rejected_total", "counter", "Data refused at the gate, nothing of them taken, by protocol and reason.");
        foreach (var protocol in Enum.GetValues<ReceivedBy>())
        {
            foreach (var reason in Enum.GetValues<RejectReason>())
            {
                var count = path.Counters.RejectedBy(protocol, reason);
                if (count > 0)
                {
                    Line(text, "sightline_rejected_total", $"protocol=\"{Name(protocol)}\",reason=\"{Name(reason)}\"", count);
                }
            }
        }

        var log = path.Log.Statistics;
        One(text, "sightline_log_appends_total", "counter", "Records appended to the log.", log.Appends);
        One(text, "sightline_log_bytes_total", "counter", "Bytes appended to the log.", log.Bytes);
        One(text, "sightline_log_syncs_total", "counter", "Times the log was synced to disk; one sync serves many requests.", log.Syncs);
        One(text, "sightline_log_sync_seconds_p99", "gauge", "How long a sync takes, 99th percentile since start.", log.SyncSecondsAt(0.99));
        One(text, "sightline_log_damaged_bytes_total", "counter", "Bytes of the log that could not be read back.", log.DamagedBytes);
        One(text, "sightline_log_gap_bytes", "gauge", "Acknowledged bytes not yet in the store.", path.Feeder.GapBytes);

        var feeder = path.Feeder.Statistics;
        One(text, "sightline_store_lag_seconds", "gauge", "Age of the oldest acknowledged datum not yet in the store.", path.Feeder.Lag.TotalSeconds);
        One(text, "sightline_stored_events_total", "counter", "Events written to the store.", feeder.Events);
        One(text, "sightline_stored_points_total", "counter", "Points of metrics written to the store.", feeder.Points);
        One(text, "sightline_store_batches_total", "counter", "Transactions of the store.", feeder.Batches);
        One(text, "sightline_store_failures_total", "counter", "Transactions that failed and were tried again.", feeder.Failures);
        One(text, "sightline_store_busy_seconds_total", "counter", "Time spent enriching and writing.", feeder.Busy.TotalSeconds);
        var files = path.Store.Files();
        Head(text, "sightline_store_bytes", "gauge", "Size of the store's files: the main one, its write-ahead log, those of settled months.");
        Line(text, "sightline_store_bytes", "file=\"main\"", files.MainBytes);
        Line(text, "sightline_store_bytes", "file=\"wal\"", files.LogBytes);
        Line(text, "sightline_store_bytes", "file=\"months\"", files.MonthBytes);
        One(text, "sightline_store_month_files", "gauge", "Files of settled months.", files.Months);
        One(text, "sightline_series", "gauge", "Series of metrics.", path.Store.Series.Count);
        One(text, "sightline_series_new_total", "counter", "Series of metrics that were new.", path.Store.Series.Guard.New);
        One(text, "sightline_series_refused_points_total", "counter", "Points of further series of projects that have as many as they may.", path.Store.Series.Guard.Refused);
        Lines(text, lines);
        Steps(text, path);
        One(text, "sightline_process_resident_bytes", "gauge", "Memory of the process.", Environment.WorkingSet);
        One(text, "sightline_process_heap_bytes", "gauge", "Managed memory in use.", GC.GetTotalMemory(false));
        One(text, "sightline_process_allocated_bytes_total", "counter", "Managed memory allocated since start.", GC.GetTotalAllocatedBytes());
        One(text, "sightline_process_gc_pause_seconds_total", "counter", "Time everything stood still for the garbage collector.", GC.GetTotalPauseDuration().TotalSeconds);
        return text.ToString();
    }

    private static void Lines(StringBuilder text, ReadOnlySpan<LineStatistics> lines)
    {
        foreach (var line in lines)
        {
            var protocol = $"protocol=\"{line.Protocol}\"";
            Line(text, "sightline_line_received_bytes_total", protocol, line.Bytes);
            Line(text, "sightline_line_datagrams_total", protocol, line.Datagrams);
            // Lost before anybody could read them: the one loss that only the kernel counts.
            Line(text, "sightline_line_lost_datagrams_total", protocol, line.LostDatagrams);
            Line(text, "sightline_line_receive_buffer_bytes", protocol, line.ReceiveBuffer);
            Line(text, "sightline_line_connections", protocol, line.Open);
            Line(text, "sightline_line_connections_total", protocol, line.Connections);
            if (line.Repeated + line.NotRepeated > 0)
            {
                Line(text, "sightline_line_repeated_total", protocol, line.Repeated);
                Line(text, "sightline_line_not_repeated_total", protocol, line.NotRepeated);
            }
        }
    }

    private static void Steps(StringBuilder text, DataPath path)
    {
        Head(text, "sightline_enrich_seconds_total", "counter", "Time spent in each step of enrichment.");
        foreach (var step in path.Enrichment.Statistics)
        {
            Line(text, "sightline_enrich_seconds_total", $"step=\"{step.Name}\"", step.Elapsed.TotalSeconds);
        }

        Head(text, "sightline_enrich_dropped_total", "counter", "Events dropped by each step of enrichment.");
        foreach (var step in path.Enrichment.Statistics)
        {
            Line(text, "sightline_enrich_dropped_total", $"step=\"{step.Name}\"", step.Drops);
        }
    }

    internal static void One(StringBuilder text, string name, string type, string help, double value)
    {
        Head(text, name, type, help);
        Line(text, name, "", value);
    }

    private static void Head(StringBuilder text, string name, string type, string help) =>
        text.Append("# HELP ").Append(name).Append(' ').Append(help).Append('\n').Append("# TYPE ").Append(name).Append(' ').Append(type).Append('\n');

    private static void Line(StringBuilder text, string name, string labels, double value)
    {
        text.Append(name);
        if (labels.Length > 0)
        {
            text.Append('{').Append(labels).Append('}');
        }

        text.Append(' ').Append(value.ToString("R", CultureInfo.InvariantCulture)).Append('\n');
    }

    private static string Name<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());
}
