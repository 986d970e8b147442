using Sightline.Server.Show;

namespace Sightline.Tests.Show;

/// <summary>Numbers and lines of graphs with many lines.</summary>
public class SeriesNumberTests
{
    [Theory]
    [InlineData(null, "", "–")]
    [InlineData(double.NaN, "", "–")]
    [InlineData(0d, "", "0")]
    [InlineData(999.4, "", "999")]
    [InlineData(999.6, "", "1k")]
    [InlineData(1234d, "", "1.23k")]
    [InlineData(-45600d, "", "−45.6k")]
    [InlineData(0.5, "", "0.5")]
    [InlineData(-0.1754, "", "−0.175")]
    [InlineData(0.0123, "s", "0.012")]
    [InlineData(0.00123, "", "1.23m")]
    [InlineData(0.0000456, "", "45.6µ")]
    [InlineData(1536d, "B", "1.5Ki")]
    [InlineData(1e18, "ms", "1E")]
    public void Any_size_is_written_in_a_few_characters(double? value, string unit, string text) => Assert.Equal(text, SeriesNumber.Text(value, unit));

    [Theory]
    [InlineData(17_300_000d, "B/s", "20Mi")]
    [InlineData(17_300_000d, "Mb/s", "20M")]
    [InlineData(900d * 1024, "B", "1Mi")]
    [InlineData(1000d, "B", "1Ki")]
    [InlineData(700d, "B", "800")]
    [InlineData(11.3, "", "12")]
    [InlineData(1030d, "", "1.2k")]
    [InlineData(4.2 * 1024 * 1024, "B", "5Mi")]
    public void The_upper_edge_of_a_graph_is_a_round_number_as_written(double most, string unit, string text)
    {
        var model = new SeriesGraphModel { Name = "x", From = 0, Until = 10, Unit = unit, Lines = [new SeriesLine { Name = "a", Start = 0, Step = 10, Values = [most] }] };
        Assert.Equal(text, model.Text(new SeriesGeometry(model).Top));
    }

    [Fact]
    public void Stacked_areas_lie_on_each_other_and_end_where_there_is_nothing()
    {
        var model = new SeriesGraphModel
        {
            Name = "x",
            From = 0,
            Until = 40,
            IsStacked = true,
            Max = 4,
            Lines =
            [
                new SeriesLine { Name = "a", Start = 0, Step = 10, Values = [1, 1, double.NaN, double.NaN] },
                new SeriesLine { Name = "b", Start = 0, Step = 10, Values = [2, double.NaN, double.NaN, 2] },
            ],
        };
        var geometry = new SeriesGeometry(model);
        Assert.Equal("M0 180L250 180M750 240L750 240", geometry.Paths[0]);
        Assert.Equal("M0 60L250 180M750 120L750 120", geometry.Paths[1]);
        Assert.Equal("M0 60L250 180L250 180L0 180ZM750 120L750 240Z", geometry.Areas[1]);
    }

    [Fact]
    public void Values_below_nought_have_room_and_edges_that_were_asked_for_count()
    {
        var line = new SeriesLine { Name = "a", Start = 0, Step = 1, Values = [-30, 70] };
        var model = new SeriesGraphModel { Name = "x", From = 0, Until = 2, Lines = [line] };
        Assert.Equal((-30d, 80d), (new SeriesGeometry(model).Bottom, new SeriesGeometry(model).Top));
        Assert.Equal((-100d, 50d), (new SeriesGeometry(model with { Min = -100, Max = 50 }).Bottom, new SeriesGeometry(model with { Min = -100, Max = 50 }).Top));
        Assert.Equal((0d, 1d), (new SeriesGeometry(model with { Lines = [] }).Bottom, new SeriesGeometry(model with { Lines = [] }).Top));
    }
}
