using Sightline.Core.Model;

namespace Sightline.Store.DuckDb;

/// <summary>Received, stored and dropped, by project, UTC day of receipt and protocol; samples of drops.</summary>
internal sealed class CountTables(DuckDbConnection connection)
{
    /// <summary>Samples kept for each project, reason and day.</summary>
    public const int Samples = 20;

    private const int SampleChars = 2000;

    private readonly Dictionary<(uint Project, int Day, ReceivedBy By), (ulong Received, ulong Stored)> _received = [];
    private readonly Dictionary<(uint Project, int Day, ReceivedBy By, DropReason Reason), ulong> _drops = [];
    private readonly Dictionary<(uint Project, int Day, DropReason Reason), List<Drop>> _samples = [];

    public void Begin()
    {
        _received.Clear();
        _drops.Clear();
        _samples.Clear();
    }

    public void AddReceived(uint project, long receivedMs, ReceivedBy by, ulong received, ulong stored)
    {
        var key = (project, DayGenerations.UtcDay(receivedMs), by);
        var sum = _received.GetValueOrDefault(key);
        _received[key] = (sum.Received + received, sum.Stored + stored);
    }

    public void AddDrop(in Drop drop)
    {
        var day = DayGenerations.UtcDay(drop.ReceivedMs);
        var key = (drop.Project, day, drop.ReceivedBy, drop.Reason);
        _drops[key] = _drops.GetValueOrDefault(key) + drop.Count;
        if (!string.IsNullOrEmpty(drop.Sample))
        {
            if (!_samples.TryGetValue((drop.Project, day, drop.Reason), out var list))
            {
                _samples.Add((drop.Project, day, drop.Reason), list = []);
            }

            if (list.Count < Samples)
            {
                list.Add(drop);
            }
        }
    }

    /// <summary>Adds the batch's sums to the tables.</summary>
    public void Save()
    {
        SaveReceived();
        SaveDrops();
        SaveSamples();
    }

    private void SaveReceived()
    {
        if (_received.Count == 0)
        {
            return;
        }

        using var update = connection.Prepare("""
            UPDATE received SET received = received + $4, stored = stored + $5 WHERE project = $1 AND day = DATE '1970-01-01' + $2::INTEGER AND received_by = $3
            """);
        using var insert = connection.Prepare("INSERT INTO received VALUES ($1, DATE '1970-01-01' + $2::INTEGER, $3, $4, $5)");
        foreach (var ((project, day, by), (received, stored)) in _received)
        {
            update.Bind(1, (long)project).Bind(2, (long)day).Bind(3, (long)by).Bind(4, received).Bind(5, stored);
            if (update.Execute() == 0)
            {
                insert.Bind(1, (long)project).Bind(2, (long)day).Bind(3, (long)by).Bind(4, received).Bind(5, stored).Execute();
            }
        }
    }

    private void SaveDrops()
    {
        if (_drops.Count == 0)
        {
            return;
        }

        using var update = connection.Prepare("""
            UPDATE drops SET count = count + $5 WHERE project = $1 AND day = DATE '1970-01-01' + $2::INTEGER AND received_by = $3 AND reason = $4
            """);
        using var insert = connection.Prepare("INSERT INTO drops VALUES ($1, DATE '1970-01-01' + $2::INTEGER, $3, $4, $5)");
        foreach (var ((project, day, by, reason), count) in _drops)
        {
            update.Bind(1, (long)project).Bind(2, (long)day).Bind(3, (long)by).Bind(4, (long)reason).Bind(5, count);
            if (update.Execute() == 0)
            {
                insert.Bind(1, (long)project).Bind(2, (long)day).Bind(3, (long)by).Bind(4, (long)reason).Bind(5, count).Execute();
            }
        }
    }

    private void SaveSamples()
    {
        if (_samples.Count == 0)
        {
            return;
        }

        using var count = connection.Prepare("SELECT count(*) FROM drop_samples WHERE project = $1 AND day = DATE '1970-01-01' + $2::INTEGER AND reason = $3");
        using var insert = connection.Prepare("INSERT INTO drop_samples VALUES ($1, DATE '1970-01-01' + $2::INTEGER, $3, $4, $5, $6)");
        foreach (var ((project, day, reason), drops) in _samples)
        {
            long have;
            using (var reader = count.Bind(1, (long)project).Bind(2, (long)day).Bind(3, (long)reason).Query())
            {
                have = reader.ScalarLong() ?? 0;
            }

            foreach (var drop in drops.Take((int)Math.Max(0, Samples - have)))
            {
                var sample = CleanText.Of(drop.Sample!.Length > SampleChars ? drop.Sample[..SampleChars] : drop.Sample);
                insert.Bind(1, (long)project).Bind(2, (long)day).Bind(3, (long)drop.ReceivedBy).Bind(4, (long)reason).Bind(5, drop.ReceivedMs).Bind(6, sample).Execute();
            }
        }
    }
}
