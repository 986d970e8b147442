using Sightline.Core.Model;
using Sightline.Core.Wire.Graphite;

namespace Sightline.Store.Series;

/// <summary>A series in memory.</summary>
public sealed class SeriesEntry
{
    private static readonly uint[] UsualSteps = [1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21_600, 43_200, 86_400];

    private SeriesEntry[] _coarser = [];
    private KeepingAnswer? _byRules;

    internal SeriesEntry(uint project, byte[] name, uint step) => (Project, Utf8Name, Step) = (project, name, step);

    public uint Project { get; }

    /// <summary>Canonical name.</summary>
    public string Name => System.Text.Encoding.UTF8.GetString(Utf8Name);

    /// <summary>Seconds between its points as the sender keeps them; 0: not known.</summary>
    public uint Step { get; internal set; }

    /// <summary>How it is kept, where that was said of the series itself.</summary>
    public SeriesKeeping? Keeping { get; internal set; }

    /// <summary>What it was imported from; 0: nothing.</summary>
    public ulong Source { get; internal set; }

    /// <summary>Its coarser archives that have points, by no order; <see cref="Step"/> says which is which.</summary>
    public IReadOnlyList<SeriesEntry> Coarser => _coarser;

    /// <summary>The series that this is a coarser archive of; <see langword="null"/>: it is a series.</summary>
    internal SeriesEntry? Of { get; init; }

    /// <summary>How it was kept when its old points were last made coarser; <see langword="null"/>: not since start.</summary>
    internal SeriesKeeping? AgedBy { get; set; }

    /// <summary>Canonical name in UTF-8, not to be written to.</summary>
    public byte[] Utf8Name { get; }

    /// <summary>Its place among its project's <see cref="PublishedSeries"/>.</summary>
    public int Place { get; internal set; }

    /// <summary>Its id in the store; 0: wanted, not stored yet.</summary>
    internal uint Id { get; set; }

    /// <summary>How rules say that it is kept; asked once of the same rules.</summary>
    internal SeriesKeeping? KeepingBy(KeepingRules rules)
    {
        if (rules.IsEmpty)
        {
            return null;
        }

        var answer = _byRules;
        if (answer is null || answer.By != rules)
        {
            _byRules = answer = rules.Ask(Name);
        }

        return answer.Keeping;
    }

    /// <summary>Its coarser archive of that step; <see langword="null"/>: nothing is stored in one.</summary>
    public SeriesEntry? CoarserOf(uint step) => Array.Find(_coarser, known => known.Step == step);

    internal void AddCoarser(SeriesEntry archive) => _coarser = [.. _coarser.Where(known => known.Step != archive.Step), archive];

    /// <summary>
    /// Seconds between its points: as the sender keeps them, or the usual step that is nearest to what lies between most of these points. Carbon's
    /// senders do not say theirs; with too few points it is carbon's own default, a minute.
    /// </summary>
    public uint StepOf(Point[] points)
    {
        if (Step != 0)
        {
            return Step;
        }

        if (points.Length < 2)
        {
            return 60;
        }

        var gaps = new uint[Math.Min(points.Length - 1, 100)];
        for (var i = 0; i < gaps.Length; i++)
        {
            gaps[i] = points[points.Length - 1 - i].Time - points[points.Length - 2 - i].Time;
        }

        Array.Sort(gaps);
        var usual = gaps[gaps.Length / 2];
        var step = UsualSteps.MinBy(candidate => Math.Abs(Math.Log((double)candidate / usual)));
        if (gaps.Length >= 10)
        {
            Step = step;
        }

        return step;
    }
}
