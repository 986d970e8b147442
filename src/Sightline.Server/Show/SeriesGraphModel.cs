using System.Globalization;

namespace Sightline.Server.Show;

/// <summary>Lines over one stretch of time.</summary>
public sealed record SeriesGraphModel
{
    /// <summary>Names in the legend before the rest is folded away.</summary>
    public const int MostNames = 10;

    /// <summary>Colours there are; further lines use them again.</summary>
    public const int Colours = 12;

    /// <summary>What is seen, for those who hear the page.</summary>
    public required string Name { get; init; }

    /// <summary>Unit of its values; empty: none.</summary>
    public string Unit { get; init; } = "";

    /// <summary>Unix seconds.</summary>
    public required long From { get; init; }

    /// <summary>Unix seconds.</summary>
    public required long Until { get; init; }

    public required IReadOnlyList<SeriesLine> Lines { get; init; }

    /// <summary>Each on top of those before. Their values lie at the same times.</summary>
    public bool IsStacked { get; init; }

    /// <summary>Lower edge; <see langword="null"/>: nought, or the lowest value below it.</summary>
    public double? Min { get; init; }

    /// <summary>Upper edge; <see langword="null"/>: by the values.</summary>
    public double? Max { get; init; }

    /// <summary>Of clock times.</summary>
    public TimeZoneInfo Zone { get; init; } = TimeZoneInfo.Utc;

    /// <summary>What happened meanwhile: Unix seconds and hostile text.</summary>
    public IReadOnlyList<(long Time, string Text)> Notes { get; init; } = [];

    /// <summary>Address of the view of a part, with <c>{from}</c> and <c>{to}</c> in Unix seconds in it; <see langword="null"/>: parts cannot be chosen.</summary>
    public string? ZoomUrl { get; init; }

    /// <summary>A value as written beside the graph: three digits and a prefix, of two's powers for bytes.</summary>
    public string Text(double? value) => SeriesNumber.Text(value, Unit);

    /// <summary>A time on the axis: the day where the range has several.</summary>
    public string When(long time)
    {
        var local = TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeSeconds(time), Zone);
        return local.ToString(Until - From > 4 * 86_400 ? "d MMM" : Until - From > 86_400 ? "d MMM HH:mm" : Until - From > 600 ? "HH:mm" : "HH:mm:ss", CultureInfo.InvariantCulture);
    }

    /// <summary>A time in full.</summary>
    public string Moment(long time) => TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeSeconds(time), Zone).ToString("d MMM yyyy HH:mm:ss", CultureInfo.InvariantCulture);
}
