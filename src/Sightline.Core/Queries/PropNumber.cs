using System.Globalization;

namespace Sightline.Core.Queries;

/// <summary>When a property's text counts as a number: a plain or scientific decimal within ±1e300, nothing around it.</summary>
public static class PropNumber
{
    public static bool TryRead(ReadOnlySpan<char> text, out double number) =>
        double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out number)
        && Math.Abs(number) <= 1e300;

    /// <inheritdoc cref="TryRead(ReadOnlySpan{char}, out double)"/>
    public static bool TryRead(ReadOnlySpan<byte> utf8, out double number) =>
        double.TryParse(utf8, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out number)
        && Math.Abs(number) <= 1e300;
}
