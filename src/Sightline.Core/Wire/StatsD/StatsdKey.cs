using System.Buffers;

namespace Sightline.Core.Wire.StatsD;

/// <summary>What statsd makes of a key: <c>\s+</c> to <c>_</c>, <c>/</c> to <c>-</c>, everything but letters, digits and <c>_-.;=</c> away.</summary>
internal static class StatsdKey
{
    public static SearchValues<byte> Allowed { get; } = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.;="u8);

    /// <summary>What is read of a sampling rate.</summary>
    public static SearchValues<byte> RateSigns { get; } = SearchValues.Create("0123456789."u8);

    /// <summary>Writes the clean form, which is never longer; <paramref name="output"/> may be the same memory.</summary>
    /// <returns>Its length.</returns>
    public static int Sanitize(ReadOnlySpan<byte> key, Span<byte> output)
    {
        var length = 0;
        var inSpace = false;
        while (!key.IsEmpty)
        {
            if (Allowed.Contains(key[0]))
            {
                output[length++] = key[0];
                inSpace = false;
                key = key[1..];
            }
            else if (JsNumber.WhiteSpace(key, out var width))
            {
                if (!inSpace)
                {
                    output[length++] = (byte)'_';
                }

                inSpace = true;
                key = key[width..];
            }
            else
            {
                inSpace = false;
                if (key[0] == '/')
                {
                    output[length++] = (byte)'-';
                }

                key = key[width..];
            }
        }

        return length;
    }
}
