namespace Sightline.Server.Show;

/// <summary>
/// Of many lines that are stacked, the largest are areas of their own and the others one area, which is their sum: hundreds of areas are a texture
/// in which no eye finds one again. The upper edge stays that of all of them.
/// </summary>
internal static class SeriesFold
{
    /// <summary>As many as there are colours: the last is the others'.</summary>
    public const int MostAreas = SeriesGraphModel.Colours;

    /// <returns>What is drawn, and the lines of which the last of it is the sum: none where all are drawn.</returns>
    public static (IReadOnlyList<SeriesLine> Drawn, IReadOnlyList<SeriesLine> Others) Of(SeriesGraphModel model)
    {
        var lines = model.Lines;
        if (!model.IsStacked || lines.Count <= MostAreas || lines.Any(line => line.Start != lines[0].Start || line.Step != lines[0].Step))
        {
            return (lines, []);
        }

        var largest = lines.Index().OrderByDescending(static line => Math.Abs(line.Item.Mean ?? 0)).Take(MostAreas - 1).Select(static line => line.Index).ToHashSet();
        var others = lines.Where((_, i) => !largest.Contains(i)).ToList();
        return ([.. lines.Where((_, i) => largest.Contains(i)), Sum(others)], others);
    }

    private static SeriesLine Sum(List<SeriesLine> lines)
    {
        var values = new double[lines.Max(static line => line.Values.Count)];
        for (var i = 0; i < values.Length; i++)
        {
            var there = lines.Where(line => i < line.Values.Count && double.IsFinite(line.Values[i])).Select(line => line.Values[i]).DefaultIfEmpty(double.NaN);
            values[i] = there.Sum();
        }

        return new SeriesLine { Name = $"{lines.Count} others, added up", Start = lines[0].Start, Step = lines[0].Step, Values = values };
    }
}
