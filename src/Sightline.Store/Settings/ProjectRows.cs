using Dapper;
using Microsoft.Data.Sqlite;
using Sightline.Core.Model;

namespace Sightline.Store.Settings;

/// <summary>Reads projects with everything that belongs to them.</summary>
internal static class ProjectRows
{
    public const int DomainKind = 1;
    public const int ExcludedIpKind = 2;
    public const int ExcludedPathKind = 3;
    public const int ExcludedHostKind = 4;
    public const int ExcludedParamKind = 5;
    public const int AllowedBotKind = 6;
    public const int EmbedOriginKind = 7;

    /// <summary>One project, or all in order of id. Run it in a transaction: it reads several tables.</summary>
    public static List<Project> Load(SqliteConnection connection, uint? id = null)
    {
        var where = new { id };
        var lists = connection
            .Query<ListRow>("SELECT project, kind, value FROM project_lists WHERE @id IS NULL OR project = @id ORDER BY project, kind, position", where)
            .ToLookup(row => (row.Project, row.Kind), row => row.Value);
        var goals = connection
            .Query<GoalRow>(
                "SELECT project, id, name, event_name AS EventName, path_pattern AS PathPattern FROM goals WHERE @id IS NULL OR project = @id ORDER BY project, id",
                where)
            .ToLookup(row => row.Project, row => new Goal((uint)row.Id, row.Name, row.EventName, row.PathPattern));
        var keys = connection
            .Query<(long Project, string Key)>("SELECT project, key FROM retired_keys WHERE @id IS NULL OR project = @id ORDER BY retired_ms DESC, key", where)
            .ToLookup(row => row.Project, row => row.Key);
        return connection
            .Query<Row>(
                """
                SELECT id, name, public_key AS PublicKey, ga4_measurement_id AS Ga4MeasurementId, sentry_key AS SentryKey, time_zone AS TimeZone,
                       currency, retention_days AS RetentionDays, events_per_second AS EventsPerSecond, created_ms AS CreatedMs,
                       week_start AS WeekStart, privacy, honours_dnt AS HonoursDoNotTrack, allows_bots AS AllowsBots, events_per_day AS EventsPerDay,
                       events_per_month AS EventsPerMonth, max_series AS MaxSeries, is_public AS IsPublic, is_indexed AS IsIndexed, has_badge AS HasBadge
                FROM projects WHERE @id IS NULL OR id = @id ORDER BY id
                """,
                where)
            .Select(row => new Project
            {
                Id = (uint)row.Id,
                Name = row.Name,
                PublicKey = row.PublicKey,
                Ga4MeasurementId = row.Ga4MeasurementId,
                SentryKey = row.SentryKey,
                TimeZone = row.TimeZone,
                Currency = row.Currency,
                RetentionDays = (int)row.RetentionDays,
                EventsPerSecond = (int)row.EventsPerSecond,
                CreatedMs = row.CreatedMs,
                Domains = [.. lists[(row.Id, DomainKind)]],
                ExcludedIps = [.. lists[(row.Id, ExcludedIpKind)]],
                ExcludedPaths = [.. lists[(row.Id, ExcludedPathKind)]],
                ExcludedHosts = [.. lists[(row.Id, ExcludedHostKind)]],
                ExcludedParams = [.. lists[(row.Id, ExcludedParamKind)]],
                AllowedBots = [.. lists[(row.Id, AllowedBotKind)]],
                EmbedOrigins = [.. lists[(row.Id, EmbedOriginKind)]],
                RetiredKeys = [.. keys[row.Id]],
                WeekStart = (DayOfWeek)row.WeekStart,
                Privacy = (PrivacyMode)row.Privacy,
                HonoursDoNotTrack = row.HonoursDoNotTrack != 0,
                AllowsBots = row.AllowsBots != 0,
                EventsPerDay = row.EventsPerDay,
                EventsPerMonth = row.EventsPerMonth,
                MaxSeries = (int)row.MaxSeries,
                IsPublic = row.IsPublic != 0,
                IsIndexed = row.IsIndexed != 0,
                HasBadge = row.HasBadge != 0,
                Goals = [.. goals[row.Id]],
            })
            .ToList();
    }

    private sealed class Row
    {
        public long Id { get; init; }

        public string Name { get; init; } = "";

        public string PublicKey { get; init; } = "";

        public string Ga4MeasurementId { get; init; } = "";

        public string SentryKey { get; init; } = "";

        public string TimeZone { get; init; } = "";

        public string Currency { get; init; } = "";

        public long RetentionDays { get; init; }

        public long EventsPerSecond { get; init; }

        public long CreatedMs { get; init; }

        public long WeekStart { get; init; }

        public long Privacy { get; init; }

        public long HonoursDoNotTrack { get; init; }

        public long AllowsBots { get; init; }

        public long EventsPerDay { get; init; }

        public long EventsPerMonth { get; init; }

        public long MaxSeries { get; init; }

        public long IsPublic { get; init; }

        public long IsIndexed { get; init; }

        public long HasBadge { get; init; }
    }

    private sealed class ListRow
    {
        public long Project { get; init; }

        public long Kind { get; init; }

        public string Value { get; init; } = "";
    }

    private sealed class GoalRow
    {
        public long Project { get; init; }

        public long Id { get; init; }

        public string Name { get; init; } = "";

        public string? EventName { get; init; }

        public string? PathPattern { get; init; }
    }
}
