using System.Globalization;
using Sightline.Core.Queries.Graphite;

namespace Sightline.Server.Features.Graphite.Pictures;

/// <summary>Shares of a whole: <c>graphType=pie</c>.</summary>
internal static class PiePicture
{
    /// <summary>One number of each series, as <c>pieMode</c> says; of none 0.</summary>
    public static double Share(Series series, string mode) =>
        Aggregates.Apply(mode switch { "maximum" => "max", "minimum" => "min", _ => "average" }, series.Values, 0) is var value && double.IsFinite(value) ? value : 0;

    public static string Svg(IReadOnlyList<(string Name, double Value)> shares, PictureOptions options)
    {
        var canvas = new SvgCanvas(options.Width, options.Height, options.Letters, options.Title);
        Draw(shares, options, canvas);
        return canvas.ToString();
    }

    /// <exception cref="GraphiteException">There is no libcairo.</exception>
    public static byte[] Png(IReadOnlyList<(string Name, double Value)> shares, PictureOptions options, string library = CairoCanvas.Library)
    {
        using var canvas = new CairoCanvas(options.Width, options.Height, options.Letters, library);
        Draw(shares, options, canvas);
        return canvas.ToPng();
    }

    private static void Draw(IReadOnlyList<(string Name, double Value)> shares, PictureOptions options, ICanvas canvas)
    {
        var (size, ink, margin) = (options.FontSize, options.Foreground, options.Margin);
        canvas.Fill([(0, 0), (options.Width, 0), (options.Width, options.Height), (0, options.Height)], options.Background);
        var top = margin + (options.Title.Length > 0 ? size * 2.2 : 0);
        if (options.Title.Length > 0)
        {
            canvas.Text(options.Width / 2.0, margin + (size * 1.1), Legend.Fitted(canvas, options.Title, options.Width - (2 * margin), size * 1.3), ink, size * 1.3, Anchor.Middle);
        }

        var total = shares.Sum(static share => Math.Max(0, share.Value));
        if (total <= 0 || !double.IsFinite(total))
        {
            canvas.Text(options.Width / 2.0, options.Height / 2.0, "No data", ink with { Alpha = 0.7 }, size * 1.4, Anchor.Middle);
            return;
        }

        var slices = shares.Select((share, i) => (share.Name, Value: Math.Max(0, share.Value), Ink: options.Colors[i % options.Colors.Count])).ToList();
        var legend = new Legend(slices.Select(static slice => (slice.Name, slice.Ink)), options, canvas);
        var bottom = options.Height - margin - legend.Height;
        var (x, y, radius) = (options.Width / 2.0, (top + bottom) / 2, Math.Max(1, Math.Min(options.Width - (2 * margin), bottom - top) / 2));
        var angle = -Math.PI / 2;
        var labels = new List<(double Angle, string Text)>();
        foreach (var (_, value, color) in slices.Where(static slice => slice.Value > 0))
        {
            var turn = value / total * Math.PI * 2;
            var steps = Math.Max(2, (int)Math.Ceiling(turn * 60));
            (double X, double Y) At(double where) => (x + (radius * Math.Cos(where)), y + (radius * Math.Sin(where)));
            List<(double X, double Y)> edge = [(x, y), .. Enumerable.Range(0, steps + 1).Select(i => At(angle + (turn * i / steps)))];
            canvas.Fill(edge, color);
            canvas.Line([.. edge, edge[0]], options.Background, 1.5, null);
            if (turn > 0.25 && options.ValueLabels != "none")
            {
                labels.Add((angle + (turn / 2), options.ValueLabels == "number" ? value.ToString("0.##", CultureInfo.InvariantCulture) : (value / total).ToString("0%", CultureInfo.InvariantCulture)));
            }

            angle += turn;
        }

        foreach (var (where, text) in labels)
        {
            canvas.Text(x + (radius * 0.68 * Math.Cos(where)), y + (radius * 0.68 * Math.Sin(where)) + (size * 0.35), text, new Ink(255, 255, 255), size, Anchor.Middle);
        }

        legend.Draw(canvas, margin, options.Height - margin - legend.Height + (size * 0.3), ink);
    }
}
