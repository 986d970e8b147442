using System.Globalization;
using System.Text;

namespace Sightline.Server.Show;

/// <summary>The course of a number, small: no scale, only its shape.</summary>
internal static class Spark
{
    /// <summary>A path from edge to edge; values that do not exist are gaps. What does not change lies in the middle, nothing at the bottom.</summary>
    public static string Path(IReadOnlyList<double?> values, double width, double height)
    {
        var (least, most) = (values.Min() ?? 0, values.Max() ?? 0);
        least = Math.Min(least, most == least && most > 0 ? 0 : least);
        var span = most > least ? most - least : 1;
        var path = new StringBuilder();
        var pen = 'M';
        for (var i = 0; i < values.Count; i++)
        {
            if (values[i] is not { } value)
            {
                pen = 'M';
                continue;
            }

            var x = values.Count == 1 ? width / 2 : width * i / (values.Count - 1);
            path.Append(CultureInfo.InvariantCulture, $"{pen}{x:0.##} {height - ((value - least) / span * height):0.##}");
            pen = 'L';
        }

        return path.ToString();
    }
}
