using System.Text;
using Sightline.Core.Model;
using Sightline.Server.Receive;
using Sightline.Server.Receive.Lines;
using Sightline.Store;

namespace Sightline.Server.Demo;

/// <summary>
/// Writes the demo's series up to now, coarser the older they are, as they would have been kept. How far they are written is a record behind the points: killed between, the
/// next start writes the same points again, and a point that is written twice is one.
/// </summary>
internal sealed class DemoMetrics(DemoPlan plan, Project project, Gate gate, EventStore store, TimeProvider time)
{
    public const string ProgressName = "demo metrics";

    // As the storage rules of DemoDashboard keep them.
    private const int FineStep = 60;
    private const int FineSeconds = 2 * 86_400;
    private const int MiddleStep = 600;
    private const int MiddleSeconds = 14 * 86_400;
    private const int CoarseStep = 3600;
    private const int PointsOfRecord = 50_000;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly PointSender _sender = new(gate, project.Id, time);
    private readonly PointBatchWriter _batch = new();
    private readonly byte[][] _names = [.. DemoSeries.All.Select(static series => Encoding.UTF8.GetBytes(series.Name))];
    private long _writtenMs = -1;

    /// <returns>Points written.</returns>
    /// <exception cref="InvalidOperationException">They are refused.</exception>
    public async Task<int> FillAsync(CancellationToken cancellationToken)
    {
        var nowMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        var until = nowMs / 1000;
        if (_writtenMs < 0)
        {
            _writtenMs = Math.Max(DemoPlan.StartMs(plan.FirstDay), store.ImportProgress(project.Id).Where(static known => known.FileName == ProgressName).Select(static known => known.Offset).DefaultIfEmpty().Max());
        }

        var count = 0;
        var moments = new List<DemoMoment>();
        foreach (var moment in Moments(_writtenMs / 1000, until))
        {
            moments.Add(moment);
            if (moments.Count * _names.Length >= PointsOfRecord)
            {
                count += await WriteAsync(moments, nowMs, cancellationToken);
            }
        }

        count += await WriteAsync(moments, nowMs, cancellationToken);
        if (count > 0)
        {
            await DemoHistory.AppendAsync(gate, project, DemoHistory.NewBatch(ProgressName, until * 1000), time, cancellationToken);
            _writtenMs = until * 1000;
        }

        return count;
    }

    /// <summary>Those after <paramref name="from"/> until <paramref name="until"/>, at the steps that their age has then.</summary>
    internal IEnumerable<DemoMoment> Moments(long from, long until)
    {
        var (day, ordinary, weight) = (default(DateOnly), (double)plan.Events / plan.Days, 1.0);
        for (var at = Next(from, until); at <= until; at = Next(at, until))
        {
            var local = TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeSeconds(at), DemoPlan.Zone);
            var today = DateOnly.FromDateTime(local.DateTime);
            if (today != day)
            {
                (day, weight) = (today, plan.EventsOn(today) / ordinary);
            }

            var part = local.Minute / 60.0;
            var busy = (DemoDay.Busy(local.Hour) * (1 - part)) + (DemoDay.Busy((local.Hour + 1) % 24) * part);
            yield return new DemoMoment(plan.Seed, at, local.Hour + part, today.DayNumber - plan.FirstDay.DayNumber + local.TimeOfDay.TotalDays, busy * weight,
                today.DayOfWeek == DayOfWeek.Tuesday, today == plan.BadDeployDay);
        }
    }

    private static long Next(long after, long until)
    {
        var step = until - after < FineSeconds ? FineStep : until - after < MiddleSeconds ? MiddleStep : CoarseStep;
        return (after / step * step) + step;
    }

    private async Task<int> WriteAsync(List<DemoMoment> moments, long nowMs, CancellationToken cancellationToken)
    {
        _batch.Begin(ReceivedBy.Carbon, nowMs, 0);
        for (var i = 0; i < _names.Length; i++)
        {
            foreach (var moment in moments)
            {
                // Four digits are as much as anybody measures, and a quarter of the bytes.
                var value = Math.Max(0, DemoSeries.All[i].Value(moment));
                _batch.Add(_names[i], new Point((uint)moment.Time, Round(value)));
            }
        }

        moments.Clear();
        if (!await _sender.SendAsync(_batch, ReceivedBy.Carbon, Patience, cancellationToken))
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new InvalidOperationException("the demo's series are refused");
        }

        return _batch.Points;
    }

    private static double Round(double value) => value >= 1e6 ? Math.Round(value / 1e4) * 1e4 : Math.Round(value, value < 1 ? 4 : 2);
}
