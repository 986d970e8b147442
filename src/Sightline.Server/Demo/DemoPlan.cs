using System.Globalization;
using System.Text.Json;

namespace Sightline.Server.Demo;

/// <summary>
/// What the demo's history is made from: the same plan gives the same events, whenever they are asked for. It rests beside the data as
/// <c>demo.json</c>, so that days written after a restart belong to the days before.
/// </summary>
/// <param name="Seed">Of all chance.</param>
/// <param name="FirstDay">Of history, in the project's zone.</param>
/// <param name="Days">Days of history at the first start, today among them.</param>
/// <param name="Events">Data in these days: events, reports of engagement, and what bots and prefetching browsers send.</param>
/// <param name="Origin">Where the shop is: scheme, host and port.</param>
internal sealed record DemoPlan(int Seed, DateOnly FirstDay, int Days, int Events, string Origin)
{
    public const string TimeZoneName = "Europe/Berlin";

    private const string FileName = "demo.json";

    private static readonly double[] Weekdays = [0.86, 1.08, 1.14, 1.1, 1.06, 0.96, 0.8];

    public static TimeZoneInfo Zone { get; } = TimeZoneInfo.FindSystemTimeZoneById(TimeZoneName);

    /// <summary>The day on which a blog post is passed around.</summary>
    public DateOnly ViralDay => FirstDay.AddDays(Days * 3 / 5);

    /// <summary>The day of a release with which nobody can pay in Chrome.</summary>
    public DateOnly BadDeployDay => FirstDay.AddDays(Math.Max(0, (Days * 4 / 5) - 1));

    /// <summary>The plan of a data directory, or <see langword="null"/> when it holds none.</summary>
    /// <exception cref="InvalidDataException">The file is not one.</exception>
    public static DemoPlan? Find(string directory)
    {
        var path = Path.Combine(directory, FileName);
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize<DemoPlan>(File.ReadAllText(path)) : null;
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{path} cannot be read: {e.Message}", e);
        }
    }

    public void Save(string directory) => File.WriteAllText(Path.Combine(directory, FileName), JsonSerializer.Serialize(this));

    /// <summary>The day in the project's zone.</summary>
    public static DateOnly DayOf(DateTimeOffset time) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(time, Zone).DateTime);

    /// <summary>A day's midnight, Unix milliseconds.</summary>
    public static long StartMs(DateOnly day)
    {
        var local = day.ToDateTime(TimeOnly.MinValue);
        return new DateTimeOffset(local, Zone.GetUtcOffset(local)).ToUnixTimeMilliseconds();
    }

    /// <summary>How many data a day has: more in the middle of the week, slowly growing, never twice the same.</summary>
    public int EventsOn(DateOnly day)
    {
        var total = 0.0;
        for (var i = 0; i < Days; i++)
        {
            total += Weight(FirstDay.AddDays(i));
        }

        return (int)Math.Max(20, Events * Weight(day) / total);
    }

    /// <summary>Chance of its own for whatever the numbers name.</summary>
    public Random RandomOf(params ReadOnlySpan<long> of)
    {
        var hash = unchecked((ulong)Seed + 0x9E3779B97F4A7C15);
        foreach (var part in of)
        {
            hash = unchecked((hash ^ (ulong)part) * 0xBF58476D1CE4E5B9);
            hash ^= hash >> 31;
            hash = unchecked(hash * 0x94D049BB133111EB);
            hash ^= hash >> 29;
        }

        return new Random((int)(hash & int.MaxValue));
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Days} days from {FirstDay:yyyy-MM-dd}, seed {Seed}");

    private double Weight(DateOnly day)
    {
        var noise = 0.94 + (0.12 * RandomOf(day.DayNumber).NextDouble());
        var growth = 1 + (0.006 * (day.DayNumber - FirstDay.DayNumber));
        var fame = day == ViralDay ? 2.4 : day == ViralDay.AddDays(1) ? 1.5 : 1;
        return Weekdays[(int)day.DayOfWeek] * growth * noise * fame;
    }
}
