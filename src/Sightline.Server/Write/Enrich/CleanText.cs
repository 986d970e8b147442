using System.Buffers;
using System.Text;

namespace Sightline.Server.Write.Enrich;

/// <summary>Text as it may be stored and shown: one line, no control characters, well-formed, within its limit.</summary>
internal static class CleanText
{
    // C0, DEL, C1, line separators, and halves of surrogate pairs (checked apart): the rest passes untouched.
    private static readonly SearchValues<char> Suspect = SearchValues.Create(
        [.. Enumerable.Range(0, 0x20).Concat(Enumerable.Range(0x7f, 0x21)).Concat([0x2028, 0x2029]).Concat(Enumerable.Range(0xd800, 0x800)).Select(c => (char)c)]);

    /// <summary>White space and control characters become single spaces at most; NULs vanish; cut to <paramref name="limit"/> characters.</summary>
    public static string Line(string? text, int limit)
    {
        if (string.IsNullOrEmpty(text))
        {
            return "";
        }

        var clean = text.AsSpan().ContainsAny(Suspect) ? Rewrite(text) : text;
        var trimmed = clean.AsSpan().Trim();
        if (trimmed.Length <= limit)
        {
            return trimmed.Length == clean.Length ? clean : trimmed.ToString();
        }

        var end = char.IsHighSurrogate(trimmed[limit - 1]) ? limit - 1 : limit;
        return trimmed[..end].TrimEnd().ToString();
    }

    /// <summary>Without control characters, and nothing else changed: for URLs, where browsers ignore line breaks and tabs.</summary>
    public static string WithoutControls(string text)
    {
        if (!text.AsSpan().ContainsAny(Suspect))
        {
            return text;
        }

        var builder = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (!IsControl(rune.Value))
            {
                builder.Append(rune);
            }
        }

        return builder.ToString();
    }

    public static bool IsControl(int c) => c < 0x20 || c is >= 0x7f and < 0xa0 or 0x2028 or 0x2029;

    private static string Rewrite(string text)
    {
        var builder = new StringBuilder(text.Length);
        // EnumerateRunes gives U+FFFD for half a surrogate pair, which UTF-8 cannot hold.
        foreach (var rune in text.EnumerateRunes())
        {
            if (!IsControl(rune.Value))
            {
                builder.Append(rune);
            }
            else if (rune.Value is '\t' or '\n' or '\r' or 0x85 or 0x2028 or 0x2029 && (builder.Length == 0 || builder[^1] != ' '))
            {
                builder.Append(' ');
            }
        }

        return builder.ToString();
    }
}
