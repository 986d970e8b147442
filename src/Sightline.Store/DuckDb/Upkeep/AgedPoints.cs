using Sightline.Core.Model;
using Sightline.Store.Series;

namespace Sightline.Store.DuckDb.Upkeep;

/// <summary>
/// What becomes of points of some series in a stretch of time: coarser values, and a summary of what each was made of. A coarser value that is there already came by itself, and
/// stays; NaN in its place says that it is to be made of finer ones, which is now done.
/// </summary>
/// <param name="store">Its writer's connection is used.</param>
/// <param name="keeping">How the series are kept.</param>
/// <param name="level">Whose points these are.</param>
/// <param name="archives">The series, by the number of the archive of that level.</param>
/// <param name="from">A whole coarser step.</param>
/// <param name="until">Another, behind.</param>
internal sealed class AgedPoints(EventStore store, SeriesKeeping keeping, int level, IReadOnlyDictionary<uint, SeriesEntry> archives, long from, long until)
{
    private readonly uint _step = keeping.Archives[level + 1].Step;
    private readonly uint _finerStep = keeping.Archives[level].Step;

    /// <summary>Coarser values, in order of series and time.</summary>
    public PointRows Rows { get; } = new();

    public List<(SeriesEntry Archive, KeptSummary Kept)> Summaries { get; } = [];

    /// <summary>What must go before the rows come.</summary>
    public List<(uint Series, uint Time)> Replaced { get; } = [];

    public void Make(IReadOnlyDictionary<uint, Point[]> due)
    {
        // The finest archive's points are what they are.
        var kept = level == 0 ? new Dictionary<uint, List<KeptSummary>>() : RollupTable.Read(store.WriterConnection, [.. archives.Keys], from, until - 1, CancellationToken.None);
        var ids = due.Keys.Union(kept.Keys).Order().ToList();
        var there = ids.Select(id => PointAging.Archive(keeping, level + 1, archives[id])).OfType<SeriesEntry>().Select(static archive => archive.Id).ToList();
        var known = PointReader.Read(store.WriterConnection, there, from, until - 1, CancellationToken.None);
        foreach (var id in ids)
        {
            var archive = PointAging.Archive(keeping, level + 1, archives[id]) ?? throw new InvalidOperationException("An archive was not announced.");
            Make(archive, due.GetValueOrDefault(id, []), kept.TryGetValue(id, out var summaries) ? summaries : [],
                known.TryGetValue(archive.Id, out var values) ? values.ToDictionary(static value => value.Time, static value => value.Value) : []);
        }
    }

    private void Make(SeriesEntry archive, Point[] points, List<KeptSummary> kept, Dictionary<uint, double> known)
    {
        var finer = new double[_step / _finerStep];
        var parts = new PointSummary?[finer.Length];
        var (point, summary) = (0, 0);
        while (point < points.Length || summary < kept.Count)
        {
            var next = Math.Min(point < points.Length ? points[point].Time : uint.MaxValue, summary < kept.Count ? kept[summary].Time : uint.MaxValue);
            var time = next - (next % _step);
            Array.Fill(finer, double.NaN);
            Array.Clear(parts);
            for (; point < points.Length && points[point].Time - time < _step; point++)
            {
                finer[(points[point].Time - time) / _finerStep] = points[point].Value;
            }

            for (; summary < kept.Count && kept[summary].Time - time < _step; summary++)
            {
                var slot = (kept[summary].Time - time) / _finerStep;
                // A value that came by itself since then stands for what it is.
                if (double.IsNaN(finer[slot]) || finer[slot].Equals(kept[summary].Value))
                {
                    parts[slot] = parts[slot]?.Then(kept[summary].Summary) ?? kept[summary].Summary;
                }
            }

            Add(archive, time, finer, parts, known.TryGetValue(time, out var value) ? value : null);
        }
    }

    private void Add(SeriesEntry archive, uint time, double[] finer, PointSummary?[] parts, double? known)
    {
        if (known is { } own && !double.IsNaN(own))
        {
            return;
        }

        var value = RollUp.Of(finer, keeping.Method, keeping.XFilesFactor);
        if (!double.IsNaN(value))
        {
            Rows.Add(archive, new Point(time, value));
            if (known is not null)
            {
                Replaced.Add((archive.Id, time));
            }
        }

        if ((level == 0 ? PointSummary.Of(finer) : PointSummary.Of(Complete(parts, finer))) is { } summary)
        {
            Summaries.Add((archive, new KeptSummary(time, value, summary)));
        }
    }

    private static PointSummary?[] Complete(PointSummary?[] parts, double[] finer)
    {
        for (var slot = 0; slot < parts.Length; slot++)
        {
            parts[slot] ??= double.IsNaN(finer[slot]) ? null : PointSummary.Of(finer[slot]);
        }

        return parts;
    }
}
