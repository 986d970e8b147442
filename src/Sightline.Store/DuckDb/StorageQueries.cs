using System.Globalization;
using Sightline.Store.DuckDb.Months;

namespace Sightline.Store.DuckDb;

/// <summary>How much is stored, of what and whose.</summary>
internal sealed class StorageQueries(EventStore store, StoreSnapshot snapshot)
{
    // Bytes that rows of the main file take, by measurement (docs/store.md): only their proportion counts.
    private const double EventBytes = 14;
    private const double VisitBytes = 80;
    private const double PackedPointBytes = 1.5;
    private const double PointBytes = 8;
    private const double TextBytes = 24;

    public static StoreFiles Files(EventStore store) => new(
        SizeOf(store, "main.duckdb"),
        SizeOf(store, "main.duckdb.wal"),
        store.Months.Current.Sum(store.Months.BytesOf),
        store.Months.Current.Count);

    public StoreSizes Sizes()
    {
        var files = Files(store);
        var settled = SettledFiles().Sum(file => file.Rows);
        var packed = snapshot.Connection.ScalarLong("SELECT sum(count)::BIGINT FROM packed_points") ?? 0;
        return new StoreSizes(
            files.MainBytes + files.MonthBytes, files.MainBytes, files.LogBytes, settled + Count("events"), settled, files.Months, Count("sessions"), Count("strings"),
            packed + Count("points"), packed);
    }

    public StorageReport Report()
    {
        var sizes = Sizes();
        var perMain = PerMainByte(sizes);
        var files = SettledFiles();
        var recent = CountBy<int>("SELECT (year(epoch_ms(time_ms)) * 100 + month(epoch_ms(time_ms)))::INTEGER, count(*) FROM main.events GROUP BY 1");
        var months = recent.Keys.Union(files.Select(file => file.Month.Key)).Order().Select(key =>
        {
            var file = files.Find(file => file.Month.Key == key);
            var bytes = file is null ? 0 : store.Months.BytesOf(file);
            var rest = recent.GetValueOrDefault(key);
            return new MonthStorage(new Month(key).ToString(), rest + (file?.Rows ?? 0), file?.Rows ?? 0, bytes, bytes + (long)(rest * EventBytes * perMain));
        });
        return new StorageReport(sizes, [.. months], Projects(files, perMain));
    }

    public RetentionEstimate FreedBefore(uint project, long timeMs)
    {
        var where = string.Create(CultureInfo.InvariantCulture, $"WHERE project = {project} AND time_ms < {timeMs}");
        var perMain = PerMainByte(Sizes());
        var events = snapshot.Connection.ScalarLong($"SELECT count(*) FROM main.events {where}") ?? 0;
        var visits = snapshot.Connection.ScalarLong(string.Create(CultureInfo.InvariantCulture, $"SELECT count(*) FROM sessions WHERE project = {project} AND end_ms < {timeMs}")) ?? 0;
        var bytes = ((events * EventBytes) + (visits * VisitBytes)) * perMain;
        foreach (var file in SettledFiles().Where(file => file.Month.StartMs < timeMs))
        {
            var rows = snapshot.Connection.ScalarLong($"SELECT count(*) FROM {file.Table} {where}") ?? 0;
            events += rows;
            bytes += (double)store.Months.BytesOf(file) * rows / file.Rows;
        }

        return new RetentionEstimate(events, visits, (long)bytes);
    }

    private List<ProjectStorage> Projects(List<MonthFile> files, double perMain)
    {
        var events = CountBy<uint>("SELECT project, count(*) FROM main.events GROUP BY 1");
        var visits = CountBy<uint>("SELECT project, count(*) FROM sessions GROUP BY 1");
        var texts = CountBy<uint>("SELECT project, count(*) FROM strings GROUP BY 1");
        var packed = CountBy<uint>("SELECT project, sum(count)::BIGINT FROM packed_points p JOIN series s ON s.id = p.series GROUP BY 1");
        var points = CountBy<uint>("SELECT project, count(*) FROM points p JOIN series s ON s.id = p.series GROUP BY 1");
        var bytes = events.Keys.Union(visits.Keys).Union(texts.Keys).Union(packed.Keys).Union(points.Keys).ToDictionary(project => project, project => perMain
            * ((events.GetValueOrDefault(project) * EventBytes) + (visits.GetValueOrDefault(project) * VisitBytes) + (texts.GetValueOrDefault(project) * TextBytes)
                + (packed.GetValueOrDefault(project) * PackedPointBytes) + (points.GetValueOrDefault(project) * PointBytes)));
        foreach (var file in files)
        {
            foreach (var (project, rows) in CountBy<uint>($"SELECT project, count(*) FROM {file.Table} GROUP BY 1"))
            {
                events[project] = events.GetValueOrDefault(project) + rows;
                bytes[project] = bytes.GetValueOrDefault(project) + ((double)store.Months.BytesOf(file) * rows / file.Rows);
            }
        }

        return [.. bytes.OrderBy(entry => entry.Key).Select(entry => new ProjectStorage(
            entry.Key, events.GetValueOrDefault(entry.Key), visits.GetValueOrDefault(entry.Key), texts.GetValueOrDefault(entry.Key),
            packed.GetValueOrDefault(entry.Key) + points.GetValueOrDefault(entry.Key), (long)entry.Value))];
    }

    private static double PerMainByte(StoreSizes sizes) => sizes.MainBytes
        / Math.Max(1, ((sizes.Events - sizes.SettledEvents) * EventBytes) + (sizes.Sessions * VisitBytes) + (sizes.Texts * TextBytes)
            + (sizes.PackedPoints * PackedPointBytes) + ((sizes.Points - sizes.PackedPoints) * PointBytes));

    private List<MonthFile> SettledFiles() => Months.SettledMonths.Read(snapshot.Connection).ConvertAll(month => month.File);

    private Dictionary<T, long> CountBy<T>(string sql)
        where T : unmanaged
    {
        var counts = new Dictionary<T, long>();
        using var reader = snapshot.Connection.Query(sql);
        while (reader.Read())
        {
            for (var row = 0; row < reader.Rows; row++)
            {
                counts.Add(reader.Column(0).Values<T>()[row], reader.Column(1).Values<long>()[row]);
            }
        }

        return counts;
    }

    private long Count(string table) => snapshot.Connection.ScalarLong($"SELECT count(*) FROM main.{table}") ?? 0;

    private static long SizeOf(EventStore store, string file)
    {
        var info = new FileInfo(Path.Combine(store.Directory, file));
        return info.Exists ? info.Length : 0;
    }
}
