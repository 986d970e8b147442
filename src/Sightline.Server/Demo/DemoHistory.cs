using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Sightline.Core.Model;
using Sightline.Log;
using Sightline.Server.Receive;
using Sightline.Store;

namespace Sightline.Server.Demo;

/// <summary>
/// Writes the demo's days through the gate, each as one record that also says until when the day is written: killed and started again,
/// it goes on where the store is, and what was missed while nothing ran is filled in.
/// </summary>
internal sealed class DemoHistory(DemoPlan plan, Project project, Gate gate, DurableLog log, EventStore store, TimeProvider time)
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan PauseWhenBusy = TimeSpan.FromMilliseconds(200);

    /// <summary>Everything up to now that is not there yet, the newest day first.</summary>
    /// <returns>Data written.</returns>
    public async Task<int> FillAsync(CancellationToken cancellationToken)
    {
        // After a kill the log may know of days that the store has not heard of yet.
        await StoredAsync(cancellationToken);
        var nowMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        var today = DemoPlan.DayOf(time.GetUtcNow());
        var written = store.ImportProgress(project.Id).ToDictionary(static progress => progress.FileName, static progress => progress.Offset);
        var count = 0;
        for (var day = today; day >= plan.FirstDay; day = day.AddDays(-1))
        {
            var until = Math.Min(nowMs, DemoPlan.StartMs(day.AddDays(1)));
            var from = written.GetValueOrDefault(NameOf(day));
            if (from < until)
            {
                count += await WriteAsync(day, from, until, cancellationToken);
            }
        }

        return count;
    }

    /// <summary>Until when today is written already, Unix milliseconds; 0: not at all.</summary>
    public long WrittenUntilMs() =>
        store.ImportProgress(project.Id).Where(progress => progress.FileName == NameOf(DemoPlan.DayOf(time.GetUtcNow()))).Select(progress => progress.Offset).DefaultIfEmpty().Max();

    /// <summary>Returns when reports show all that was written.</summary>
    public async Task StoredAsync(CancellationToken cancellationToken)
    {
        var end = log.DurableEnd;
        while (store.StoredPosition() < end)
        {
            await Task.Delay(Poll, time, cancellationToken);
        }
    }

    /// <summary>Live visitors have been seen to until now: what they did is not to be written a second time.</summary>
    public Task MarkAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return AppendAsync(gate, project, NewBatch(NameOf(DemoPlan.DayOf(now)), now.ToUnixTimeMilliseconds()), time, cancellationToken);
    }

    private async Task<int> WriteAsync(DateOnly day, long fromMs, long untilMs, CancellationToken cancellationToken)
    {
        var batch = NewBatch(NameOf(day), untilMs);
        batch.Events.AddRange(DemoDay.Of(plan, day).Where(item => item.TimeMs >= fromMs && item.TimeMs < untilMs).Take(EventLimits.EventsPerBatch));
        await AppendAsync(gate, project, batch, time, cancellationToken);
        return batch.Events.Count;
    }

    /// <summary>Appends, waiting while there is no room.</summary>
    internal static async Task AppendAsync(Gate gate, Project project, EventBatch batch, TimeProvider time, CancellationToken cancellationToken)
    {
        GateAnswer answer;
        while (!(answer = await gate.AppendAsync(project, batch, cancellationToken)).Accepted)
        {
            if (gate.IsClosed || answer.Reason is not (RejectReason.Busy or RejectReason.DiskFull or RejectReason.RateLimited))
            {
                throw new InvalidOperationException($"the demo's history is refused: {answer.Reason}");
            }

            await Task.Delay(PauseWhenBusy, time, cancellationToken);
        }
    }

    /// <summary>A batch that says until when what bears this name is written.</summary>
    internal static EventBatch NewBatch(string name, long untilMs)
    {
        var fingerprint = SHA256.HashData(Encoding.UTF8.GetBytes(name));
        return new EventBatch
        {
            ReceivedBy = ReceivedBy.EventApi,
            ReceivedMs = untilMs - 1,
            Progress = new ImportProgress(fingerprint, 0, untilMs, fingerprint, name),
        };
    }

    private static string NameOf(DateOnly day) => string.Create(CultureInfo.InvariantCulture, $"demo {day:yyyy-MM-dd}");
}
