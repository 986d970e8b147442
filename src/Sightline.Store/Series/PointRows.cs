using Sightline.Core.Model;

namespace Sightline.Store.Series;

/// <summary>Points of a batch with their series, in the order they came.</summary>
public sealed class PointRows
{
    private SeriesEntry[] _series = [];
    private Point[] _points = [];

    public int Count { get; private set; }

    internal ReadOnlySpan<SeriesEntry> Series => _series.AsSpan(0, Count);

    internal ReadOnlySpan<Point> Points => _points.AsSpan(0, Count);

    public void Add(SeriesEntry series, Point point)
    {
        if (Count == _points.Length)
        {
            Array.Resize(ref _series, Math.Max(1024, Count * 2));
            Array.Resize(ref _points, Math.Max(1024, Count * 2));
        }

        _series[Count] = series;
        _points[Count++] = point;
    }

    /// <summary>Takes back what was added after there were that many.</summary>
    public void Truncate(int count) => Count = Math.Min(count, Count);
}
