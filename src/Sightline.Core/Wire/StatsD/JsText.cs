using System.Globalization;

namespace Sightline.Core.Wire.StatsD;

/// <summary>A number as part of a series' name: JavaScript's text of it, the first point an underscore.</summary>
internal static class JsText
{
    public static string Name(double number)
    {
        if (double.IsPositiveInfinity(number))
        {
            return "inf";
        }

        var text = number.ToString("R", CultureInfo.InvariantCulture);
        var point = text.IndexOf('.', StringComparison.Ordinal);
        return point < 0 ? text : $"{text[..point]}_{text[(point + 1)..]}";
    }
}
