using Sightline.Core.Model;
using Sightline.Tests.Wire.Fuzzing;

namespace Sightline.Tests.Model;

public sealed class ValueSketchTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Percentiles_of_parts_put_together_are_within_one_percent_of_those_of_all_values(int seed)
    {
        var random = new Random(seed);
        var all = new List<double>();
        var together = new ValueSketch();
        for (var part = 0; part < 20; part++)
        {
            var sketch = new ValueSketch();
            for (var i = random.Next(1, 500); i > 0; i--)
            {
                var value = random.Next(10) == 0 ? 0 : (random.Next(4) == 0 ? -1 : 1) * Math.Exp(random.NextDouble() * 30 - 10);
                all.Add(value);
                sketch.Add(value);
            }

            together.Add(ValueSketch.Read(sketch.ToBytes()));
        }

        all.Sort();
        Assert.Equal(all.Count, together.Count);
        foreach (var share in (double[])[0, 0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99, 1])
        {
            var exact = all[(int)(share * (all.Count - 1))];
            Assert.InRange(together.Quantile(share), exact - (Math.Abs(exact) * 0.01001), exact + (Math.Abs(exact) * 0.01001));
        }
    }

    [Fact]
    public void Nothing_has_no_percentile_and_the_greatest_numbers_have_one()
    {
        Assert.True(double.IsNaN(new ValueSketch().Quantile(0.5)));
        var sketch = new ValueSketch();
        sketch.Add(double.PositiveInfinity);
        sketch.Add(double.MinValue);
        sketch.Add(double.Epsilon);
        Assert.Equal(3, ValueSketch.Read(sketch.ToBytes()).Count);
        Assert.Equal(0, sketch.Quantile(0.5));
        Assert.Throws<ArgumentOutOfRangeException>(() => sketch.Add(double.NaN));
        var summary = PointSummary.Of([3, double.NaN, 1, 2])!;
        Assert.Equal([1, 3, 6, 3, 3, 2, 2, 2], ((string[])["min", "max", "sum", "count", "first", "last", "average", "range"]).Select(name => PointSummary.Question(name)!(summary)));
        Assert.InRange(PointSummary.Question("p50")!(summary), 1.98, 2.02);
        Assert.Null(PointSummary.Question("p101"));
        Assert.Null(PointSummary.Question("mode"));
    }

    [Fact]
    public void Mutated_sketches_are_read_or_refused()
    {
        var sketch = new ValueSketch();
        for (var i = -50; i < 50; i++)
        {
            sketch.Add(i * i * i);
        }

        FuzzRun.Run("sketch", [sketch.ToBytes()], static input =>
        {
            try
            {
                var read = ValueSketch.Read(input.Span);
                Assert.Equal(read.Count, ValueSketch.Read(read.ToBytes()).Count);
                _ = read.Quantile(0.9);
            }
            catch (InvalidDataException)
            {
                // Refused, which is one of the two.
            }
        });
    }
}
