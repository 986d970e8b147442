using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Sightline.Server.Features.Accounts;

/// <summary>
/// One-time codes of an authenticator app: RFC 6238 with HMAC-SHA1, 30 seconds and six digits, which is what every app assumes whatever the
/// address says.
/// </summary>
internal static class Totp
{
    public const int Digits = 6;

    private const int StepSeconds = 30;
    // A clock that is a step ahead or behind, and the seconds it takes to type.
    private const int Drift = 1;
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    /// <summary>160 bits, as RFC 4226 section 4 recommends.</summary>
    public static byte[] NewSecret() => RandomNumberGenerator.GetBytes(20);

    public static long StepAt(DateTimeOffset time) => time.ToUnixTimeSeconds() / StepSeconds;

    /// <summary>The code of a time step.</summary>
    public static string Code(byte[] secret, long step)
    {
        Span<byte> counter = stackalloc byte[8];
        Span<byte> hash = stackalloc byte[HMACSHA1.HashSizeInBytes];
        BinaryPrimitives.WriteInt64BigEndian(counter, step);
#pragma warning disable CA5350 // The RFC's: what apps compute. HMAC does not lean on what is broken in SHA-1.
        HMACSHA1.HashData(secret, counter, hash);
#pragma warning restore CA5350
        var number = BinaryPrimitives.ReadInt32BigEndian(hash[(hash[^1] & 15)..]) & int.MaxValue;
        return (number % 1_000_000).ToString("D6", CultureInfo.InvariantCulture);
    }

    /// <summary>Looks for the step, the present one or its neighbours, whose code this is. As quick for a wrong code as for a right one.</summary>
    public static bool TryFind(byte[] secret, string code, DateTimeOffset now, out long step)
    {
        var given = Encoding.UTF8.GetBytes(code);
        step = -1;
        for (var drift = -Drift; drift <= Drift; drift++)
        {
            var at = StepAt(now) + drift;
            if (CryptographicOperations.FixedTimeEquals(given, Encoding.UTF8.GetBytes(Code(secret, at))))
            {
                step = at;
            }
        }

        return step >= 0;
    }

    /// <summary>As people type it: groups of four.</summary>
    public static string Words(byte[] secret) => string.Join(' ', Base32(secret).Chunk(4).Select(group => new string(group)));

    /// <summary>What the QR code says.</summary>
    public static string Uri(byte[] secret, string issuer, string account)
    {
        var name = System.Uri.EscapeDataString(issuer);
        return $"otpauth://totp/{name}:{System.Uri.EscapeDataString(account)}?secret={Base32(secret)}&issuer={name}&algorithm=SHA1&digits={Digits}&period={StepSeconds}";
    }

    /// <summary>RFC 4648, without padding: 20 bytes need none.</summary>
    internal static string Base32(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder();
        int bits = 0, held = 0;
        foreach (var value in bytes)
        {
            held = (held << 8) | value;
            for (bits += 8; bits >= 5; bits -= 5)
            {
                text.Append(Alphabet[(held >> (bits - 5)) & 31]);
            }
        }

        return (bits > 0 ? text.Append(Alphabet[(held << (5 - bits)) & 31]) : text).ToString();
    }
}
