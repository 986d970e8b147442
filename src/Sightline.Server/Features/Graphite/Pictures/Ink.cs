using System.Globalization;

namespace Sightline.Server.Features.Graphite.Pictures;

/// <summary>A colour: 0 to 255 each, and how opaque.</summary>
internal readonly record struct Ink(byte Red, byte Green, byte Blue, double Alpha = 1)
{
    private static readonly Dictionary<string, Ink> Names = new(StringComparer.OrdinalIgnoreCase)
    {
        ["black"] = new(0, 0, 0),
        ["white"] = new(255, 255, 255),
        ["red"] = new(200, 0, 50),
        ["green"] = new(0, 200, 0),
        ["blue"] = new(100, 100, 255),
        ["yellow"] = new(255, 255, 0),
        ["orange"] = new(255, 165, 0),
        ["purple"] = new(200, 100, 255),
        ["brown"] = new(150, 100, 50),
        ["aqua"] = new(0, 150, 150),
        ["cyan"] = new(0, 255, 255),
        ["magenta"] = new(255, 0, 255),
        ["pink"] = new(255, 100, 100),
        ["gold"] = new(200, 200, 0),
        ["rose"] = new(200, 150, 200),
        ["gray"] = new(175, 175, 175),
        ["grey"] = new(175, 175, 175),
        ["darkgray"] = new(111, 111, 111),
        ["darkgrey"] = new(111, 111, 111),
        ["darkblue"] = new(0, 0, 255),
        ["darkgreen"] = new(0, 255, 0),
        ["darkred"] = new(255, 0, 0),
    };

    /// <summary>Each next series has the next; they differ in lightness too.</summary>
    public static IReadOnlyList<Ink> Series { get; } =
        [new(37, 99, 195), new(214, 107, 20), new(31, 138, 76), new(190, 45, 90), new(120, 82, 190), new(0, 140, 150), new(150, 110, 30), new(95, 105, 120), new(205, 80, 170), new(90, 150, 30)];

    /// <summary>Of a colour's name or its hexadecimal digits, with <c>#</c> or without; <see langword="null"/>: it is none.</summary>
    public static Ink? Parse(string? text)
    {
        if (string.IsNullOrEmpty(text) || Names.ContainsKey(text))
        {
            return string.IsNullOrEmpty(text) ? null : Names[text];
        }

        var digits = text.StartsWith('#') ? text[1..] : text;
        return digits.Length is 6 or 8 && uint.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value)
            ? digits.Length == 6 ? new((byte)(value >> 16), (byte)(value >> 8), (byte)value) : new((byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value / 255.0)
            : null;
    }
}
