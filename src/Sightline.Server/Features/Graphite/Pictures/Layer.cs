using Sightline.Core.Queries.Graphite;

namespace Sightline.Server.Features.Graphite.Pictures;

/// <summary>A series as it is drawn: as many values as can be seen, on top of those below.</summary>
/// <param name="Series">With those values.</param>
/// <param name="Tops">Upper edge.</param>
/// <param name="Floors">Lower edge of its area.</param>
/// <param name="Ink">Its colour.</param>
/// <param name="IsFilled">It is an area.</param>
/// <param name="IsStacked">It lies on others.</param>
internal sealed record Layer(Series Series, double[] Tops, double[] Floors, Ink Ink, bool IsFilled, bool IsStacked)
{
    public bool IsRight => Series.Drawing.SecondYAxis;

    public IEnumerable<double> Extent => Series.Drawing.Infinite ? [] : IsFilled ? Tops.Concat(Floors) : Tops;

    /// <param name="series">All of the picture.</param>
    /// <param name="options">What is asked for.</param>
    /// <param name="width">Pixels there are.</param>
    public static List<Layer> Of(IReadOnlyList<Series> series, PictureOptions options, double width)
    {
        var below = new Dictionary<(bool Right, long Time), double>();
        var two = series.Any(static one => one.Drawing.SecondYAxis);
        bool Adds(Series one) => options.Area == "stacked" && !one.Drawing.SecondYAxis;
        bool Stacks(Series one) => Adds(one) || one.Drawing.Stacked;
        // Areas lie on each other only where all have values at the same times.
        var step = series.Where(Stacks).Select(static one => one.Step).DefaultIfEmpty(1).Max();
        var layers = new List<Layer>(series.Count);
        for (var index = 0; index < series.Count; index++)
        {
            var one = series[index];
            if (options.NullIsZero && !one.Drawing.Infinite)
            {
                one = one with { Values = [.. one.Values.Select(static value => double.IsNaN(value) ? 0 : value)] };
            }

            var same = Stacks(one) && one.Step > 0 ? Math.Max(1, step / one.Step) : 1;
            var group = (int)Math.Min(int.MaxValue / 2, same * Math.Max(1, Math.Ceiling(one.Values.Length * options.LeastStep / Math.Max(1, width) / same)));
            // Events stay where they are.
            one = one.Drawing.Infinite ? one : one with { Values = one.Consolidated(group), Step = one.Step * group };
            double[] tops = [.. one.Values];
            var floors = new double[tops.Length];
            for (var i = 0; i < tops.Length && Stacks(one); i++)
            {
                var time = one.Start + (i * one.Step);
                var key = (one.Drawing.SecondYAxis, time - (time % Math.Max(1, one.Step)));
                floors[i] = below.GetValueOrDefault(key);
                tops[i] = Adds(one) ? tops[i] + floors[i] : tops[i];
                below[key] = double.IsNaN(tops[i]) ? floors[i] : tops[i];
            }

            var ink = Ink.Parse(one.Drawing.Color) ?? options.SideColor(two, one.Drawing.SecondYAxis) ?? options.Colors[index % options.Colors.Count];
            layers.Add(new Layer(one, tops, floors, ink, Stacks(one) || options.Area == "all" || (options.Area == "first" && index == 0), Stacks(one)));
        }

        return layers;
    }
}
