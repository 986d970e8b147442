using System.Globalization;

namespace Sightline.Store.DuckDb.Months;

/// <summary>Moves events of past months out of <c>events</c> into files, one month at a time.</summary>
internal sealed class Settling(EventStore store)
{
    /// <summary>A file is written anew when a quarter as much has come late, so that imports in any order write a month a few times only.</summary>
    private const int LateShare = 4;

    /// <summary>Reading through more cuts than this slows queries.</summary>
    private const long MostCuts = 100;

    /// <summary>Whatever comes late is settled after this.</summary>
    private const long WaitMs = 86_400_000;

    /// <summary>Bytes an event, generously, for the space a file will need.</summary>
    private const long EventBytes = 64;

    /// <summary>Settles the month that has most to settle.</summary>
    /// <returns><see langword="null"/>: none is due, or <paramref name="goOn"/> said no, or the disk has no room.</returns>
    public SettledMonth? RunOnce(Func<bool> goOn)
    {
        if (Due() is not { } due || !HasRoom(due.Month, due.Rows))
        {
            return null;
        }

        using var rewrites = new MonthRewrites(store);
        if (!rewrites.Add(due.Month, takesMain: true, keep: null, goOn))
        {
            return null;
        }

        lock (store.WriteLock)
        {
            rewrites.Commit(() => { });
            store.Committed([], []);
        }

        var file = rewrites.Files.Single();
        return new SettledMonth(due.Month.ToString(), file.Rows, store.Months.BytesOf(file));
    }

    private (Month Month, long Rows)? Due()
    {
        var now = store.Clock.GetUtcNow();
        using var snapshot = store.OpenSnapshot(0, 0, 0);
        var settled = SettledMonths.Read(snapshot.Connection).ToDictionary(month => month.File.Month);
        var before = Month.Of(now.AddDays(-store.Options.SettleAfterDays).ToUnixTimeMilliseconds()).StartMs;
        var waiting = Counts(snapshot, string.Create(CultureInfo.InvariantCulture, $"""
            SELECT (year(epoch_ms(time_ms)) * 100 + month(epoch_ms(time_ms)))::INTEGER, count(*) FROM main.events WHERE time_ms < {before} GROUP BY 1
            """));
        var cuts = Counts(snapshot, "SELECT month, count(*) FROM session_cuts GROUP BY 1");
        (Month Month, long Rows)? most = null;
        foreach (var month in waiting.Keys.Union(cuts.Keys.Where(settled.ContainsKey)))
        {
            var rows = waiting.GetValueOrDefault(month);
            var due = !settled.TryGetValue(month, out var file)
                || rows >= Math.Max(store.Options.SettleLateEvents, file.File.Rows / LateShare)
                || cuts.GetValueOrDefault(month) >= MostCuts
                || now.ToUnixTimeMilliseconds() - file.SettledMs >= WaitMs;
            if (due && (most is null || rows > most.Value.Rows))
            {
                most = (month, rows);
            }
        }

        return most;
    }

    private bool HasRoom(Month month, long rows)
    {
        var old = store.Months.Current.FirstOrDefault(file => file.Month == month);
        var needed = (2 * (old is null ? 0 : store.Months.BytesOf(old))) + (rows * EventBytes) + store.Options.MinFreeDiskBytes;
        return new DriveInfo(store.Directory).AvailableFreeSpace >= needed;
    }

    private static Dictionary<Month, long> Counts(StoreSnapshot snapshot, string sql)
    {
        var counts = new Dictionary<Month, long>();
        using var reader = snapshot.Connection.Query(sql);
        while (reader.Read())
        {
            for (var row = 0; row < reader.Rows; row++)
            {
                counts.Add(new Month(reader.Column(0).Values<int>()[row]), reader.Column(1).Values<long>()[row]);
            }
        }

        return counts;
    }
}
