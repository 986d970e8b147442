using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Sightline.Core.Wire.Common;

/// <summary>Small readings of text that several protocols share.</summary>
public static class Text
{
    /// <summary>Cuts to a number of UTF-16 units without leaving half a character; lone surrogates become U+FFFD.</summary>
    public static string Cut(string text, int length)
    {
        if (text.Length > length)
        {
            text = text[..(char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)];
        }

        return HasLoneSurrogate(text) ? Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)) : text;
    }

    /// <summary>As <see cref="Cut"/>; <see langword="null"/> for null and for nothing but white space.</summary>
    public static string? CutOrNull(string? text, int length)
    {
        text = text?.Trim();
        return string.IsNullOrEmpty(text) ? null : Cut(text, length);
    }

    /// <summary>A JSON string; <see langword="false"/> for other kinds and for text that is no valid Unicode, which .NET only finds on reading.</summary>
    public static bool TryGetString(JsonElement element, [NotNullWhen(true)] out string? text)
    {
        text = null;
        if (element.ValueKind != JsonValueKind.String)
        {
            return false;
        }

        try
        {
            text = element.GetString()!;
            return true;
        }
        catch (InvalidOperationException)
        {
            // "\ud800" or broken UTF-8: System.Text.Json has no call that tells without throwing.
            return false;
        }
    }

    /// <summary>A member of an object, the last of its name; unlike <see cref="JsonElement.TryGetProperty(string, out JsonElement)"/> it bears members whose names are no valid Unicode.</summary>
    public static bool TryGetMember(JsonElement container, string name, out JsonElement value)
    {
        value = default;
        foreach (var member in container.EnumerateObject())
        {
            if (NameIs(member, name))
            {
                value = member.Value;
            }
        }

        return value.ValueKind != JsonValueKind.Undefined;
    }

    /// <summary>Parses JSON text; <see langword="null"/> when it is none or deeper than <paramref name="maxDepth"/>.</summary>
    public static JsonDocument? TryParseJson(ReadOnlyMemory<byte> json, int maxDepth)
    {
        try
        {
            return JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = maxDepth });
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>An amount of money in ten-thousandths of its unit, as protocols write it (<c>12.5</c>, <c>1e3</c>), rounded to even.</summary>
    public static bool TryMoneyE4(string? text, out long amountE4)
    {
        amountE4 = 0;
        if (!decimal.TryParse(text, NumberStyles.Float & ~NumberStyles.AllowTrailingSign, CultureInfo.InvariantCulture, out var amount)
            || Math.Abs(amount) > long.MaxValue / 10_000)
        {
            return false;
        }

        amountE4 = (long)Math.Round(amount * 10_000m, MidpointRounding.ToEven);
        return true;
    }

    /// <summary>Bytes a text takes in JSON at most, without its quotes, when only what must be escaped is.</summary>
    internal static int EncodedLength(string text)
    {
        var length = Encoding.UTF8.GetByteCount(text);
        foreach (var c in text)
        {
            // \u0000 for controls and what the encoder thinks unfit to print; a backslash before quotes and backslashes.
            length += c is '"' or '\\' ? 1 : c < ' ' || c >= 0x7f ? 11 : 0;
        }

        return length;
    }

    private static bool NameIs(JsonProperty member, string name)
    {
        try
        {
            return member.NameEquals(name);
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private static bool HasLoneSurrogate(string text)
    {
        var at = text.AsSpan().IndexOfAnyInRange('\ud800', '\udfff');
        for (; at >= 0 && at < text.Length; at++)
        {
            if (!char.IsSurrogate(text[at]))
            {
                continue;
            }

            if (at + 1 >= text.Length || !char.IsSurrogatePair(text[at], text[at + 1]))
            {
                return true;
            }

            at++;
        }

        return false;
    }
}
