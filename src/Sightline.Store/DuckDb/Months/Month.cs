using System.Globalization;

namespace Sightline.Store.DuckDb.Months;

/// <summary>A calendar month, UTC.</summary>
/// <param name="Key">Year and month as one number: 202609.</param>
internal readonly record struct Month(int Key) : IComparable<Month>
{
    /// <summary>Its first millisecond.</summary>
    public long StartMs => Start.ToUnixTimeMilliseconds();

    /// <summary>The first millisecond after it.</summary>
    public long EndMs => Start.AddMonths(1).ToUnixTimeMilliseconds();

    private DateTimeOffset Start => new(Key / 100, Key % 100, 1, 0, 0, 0, TimeSpan.Zero);

    public static Month Of(long timeMs)
    {
        var time = DateTimeOffset.FromUnixTimeMilliseconds(timeMs);
        return new Month((time.Year * 100) + time.Month);
    }

    public bool Overlaps(long fromMs, long toMs) => StartMs < toMs && EndMs > fromMs;

    /// <summary>A condition on events.</summary>
    public string Condition => string.Create(CultureInfo.InvariantCulture, $"time_ms >= {StartMs} AND time_ms < {EndMs}");

    public int CompareTo(Month other) => Key.CompareTo(other.Key);

    /// <summary><c>2026-09</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Key / 100:0000}-{Key % 100:00}");
}
