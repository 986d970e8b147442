namespace Sightline.Core.Queries;

/// <summary>How the named ranges and comparisons are written.</summary>
internal static class RangeNames
{
    private static readonly (string Text, RangeName Name)[] All =
    [
        ("day", RangeName.Day), ("7d", RangeName.Days7), ("28d", RangeName.Days28), ("30d", RangeName.Days30), ("90d", RangeName.Days90),
        ("12mo", RangeName.Months12), ("month", RangeName.Month), ("year", RangeName.Year), ("all", RangeName.All), ("realtime", RangeName.Realtime),
    ];

    public static bool TryParse(string text, out RangeName name)
    {
        foreach (var known in All)
        {
            if (known.Text == text)
            {
                name = known.Name;
                return true;
            }
        }
        name = default;
        return false;
    }

    public static string Text(RangeName name) => All.First(known => known.Name == name).Text;
}
