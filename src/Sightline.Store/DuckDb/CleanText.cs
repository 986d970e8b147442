using System.Text;
using System.Text.Unicode;

namespace Sightline.Store.DuckDb;

/// <summary>Makes text fit to store: no NUL (C strings and terminals end there), no halves of surrogate pairs, no invalid UTF-8.</summary>
internal static class CleanText
{
    public static string Of(string text) =>
        !text.Contains('\0', StringComparison.Ordinal) && !HasLoneSurrogate(text)
            ? text
            : Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text.Replace("\0", "", StringComparison.Ordinal)));

    public static ReadOnlySpan<byte> Of(byte[] utf8) =>
        Utf8.IsValid(utf8) && !utf8.AsSpan().Contains((byte)0)
            ? utf8
            : Encoding.UTF8.GetBytes(Of(Encoding.UTF8.GetString(utf8)));

    private static bool HasLoneSurrogate(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF'))
        {
            return false;
        }

        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogate(text[i]))
            {
                if (i + 1 >= text.Length || !char.IsSurrogatePair(text[i], text[i + 1]))
                {
                    return true;
                }

                i++;
            }
        }

        return false;
    }
}
