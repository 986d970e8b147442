using Sightline.Server.Show;

namespace Sightline.Tests.Show;

/// <summary>Many areas on each other.</summary>
public sealed class SeriesFoldTests
{
    [Fact]
    public void The_largest_are_areas_and_the_others_their_sum_so_that_the_upper_edge_stays()
    {
        var lines = Enumerable.Range(0, 200).Select(static n => Line($"node{n}", n % 7 == 3 ? [n, double.NaN, 2 * n] : [n, n, n])).ToList();
        var (drawn, others) = SeriesFold.Of(Model(lines));
        Assert.Equal(SeriesFold.MostAreas, drawn.Count);
        Assert.Equal("189 others, added up", drawn[^1].Name);
        Assert.Equal(189, others.Count);
        // In the order in which they came.
        Assert.Equal(drawn.SkipLast(1).Select(static line => line.Name), lines.Except(others).Select(static line => line.Name));
        Assert.True(drawn.SkipLast(1).Min(static line => line.Mean) >= others.Max(static line => line.Mean));
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(lines.Sum(line => Finite(line, i)), drawn.Sum(line => Finite(line, i)), 9);
        }
    }

    [Fact]
    public void A_time_at_which_none_of_the_others_has_a_value_stays_a_gap()
    {
        var lines = Enumerable.Range(0, 20).Select(static n => Line($"node{n}", n < 11 ? [50, 50] : [1, double.NaN])).ToList();
        Assert.Equal([9, double.NaN], SeriesFold.Of(Model(lines)).Drawn[^1].Values);
    }

    [Fact]
    public void Few_areas_lines_and_areas_of_other_times_are_left_as_they_are()
    {
        var few = Enumerable.Range(0, SeriesFold.MostAreas).Select(static n => Line($"node{n}", [1])).ToList();
        var many = Enumerable.Range(0, 50).Select(static n => Line($"node{n}", [1])).ToList();
        foreach (var model in (SeriesGraphModel[])[Model(few), Model(many) with { IsStacked = false }, Model([.. many, many[0] with { Start = 5 }])])
        {
            var (drawn, others) = SeriesFold.Of(model);
            Assert.Same(model.Lines, drawn);
            Assert.Empty(others);
        }
    }

    private static double Finite(SeriesLine line, int at) => double.IsFinite(line.Values[at]) ? line.Values[at] : 0;

    private static SeriesLine Line(string name, double[] values) => new() { Name = name, Start = 0, Step = 60, Values = values };

    private static SeriesGraphModel Model(IReadOnlyList<SeriesLine> lines) => new() { Name = "Farm", From = 0, Until = 180, Lines = lines, IsStacked = true };
}
