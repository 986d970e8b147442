using System.Globalization;
using System.Text;

namespace Sightline.Core.Wire.AccessLog;

/// <summary>What the owner sees of a dropped line: enough to judge it by, without addresses and queries.</summary>
internal static class DropSample
{
    private const int MaxLength = 300;

    public static string Of(in LogLine line)
    {
        var target = line.Target;
        var query = target.IndexOfAny((byte)'?', (byte)'#');
        target = query < 0 ? target : target[..query];
        return string.Create(CultureInfo.InvariantCulture, $"{Printable(line.Method)} {Printable(target)} {line.Status:000}").Trim();
    }

    /// <summary>Of a line nothing is known about: words that look like an address or a host are hidden, queries cut.</summary>
    public static string Of(ReadOnlySpan<byte> text)
    {
        var words = Printable(text).Split(' ');
        for (var i = 0; i < words.Length; i++)
        {
            var word = words[i];
            var query = word.IndexOf('?', StringComparison.Ordinal);
            word = query < 0 ? word : word[..(query + 1)] + "…";
            var bare = Encoding.ASCII.GetBytes(word.Trim('"', '\'', '(', ')', '{', '}', ','));
            var isHost = i == 0 && (word.Contains('.', StringComparison.Ordinal) || word.Contains(':', StringComparison.Ordinal));
            words[i] = isHost || LogText.LooksLikeAddress(LogText.AddressIn(bare)) ? "[address]" : word;
        }

        return string.Join(' ', words);
    }

    private static string Printable(ReadOnlySpan<byte> text)
    {
        var cut = text[..Math.Min(text.Length, MaxLength)];
        return string.Create(cut.Length, cut, static (output, input) =>
        {
            for (var i = 0; i < output.Length; i++)
            {
                output[i] = input[i] is >= 32 and < 127 ? (char)input[i] : '.';
            }
        });
    }
}
