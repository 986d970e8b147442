using System.Buffers.Text;

namespace Sightline.Core.Wire.AccessLog;

/// <summary>The date forms of access logs. Each returns Unix milliseconds UTC, or local ones where the form has no zone.</summary>
internal static class LogTime
{
    private const int NcsaLength = 20;

    /// <summary><c>17/May/2015:10:05:03[.123] [+0200]</c>.</summary>
    public static bool TryNcsa(ReadOnlySpan<byte> text, out long ms, out bool hasFraction, out bool hasZone)
    {
        ms = 0;
        hasFraction = hasZone = false;
        if (text.Length < NcsaLength || text[2] != '/' || text[6] != '/' || text[11] != ':' || text[14] != ':' || text[17] != ':'
            || !TryDigits(text[..2], out var day) || !TryMonth(text.Slice(3, 3), out var month) || !TryDigits(text.Slice(7, 4), out var year)
            || !TryDigits(text.Slice(12, 2), out var hour) || !TryDigits(text.Slice(15, 2), out var minute) || !TryDigits(text.Slice(18, 2), out var second)
            || !TryCompose(year, month, day, hour, minute, second, out ms))
        {
            return false;
        }

        return TryTail(text[NcsaLength..].TrimEnd((byte)' '), ref ms, out hasFraction, out hasZone);
    }

    /// <summary><c>2026-11-22T10:00:00[.123456](Z|+01:00|)</c>, with <c>T</c> or a blank in the middle and <c>-</c> or <c>/</c> in the date.</summary>
    public static bool TryIso(ReadOnlySpan<byte> text, out long ms, out bool hasFraction, out bool hasZone)
    {
        ms = 0;
        hasFraction = hasZone = false;
        if (text.Length < 19 || text[10] is not ((byte)'T' or (byte)'t' or (byte)' ') || !TryDate(text[..10], out var days) || !TryClock(text.Slice(11, 8), out var clock))
        {
            return false;
        }

        ms = days + clock;
        return TryTail(text[19..], ref ms, out hasFraction, out hasZone);
    }

    /// <summary><c>2026-11-22</c>: milliseconds of its midnight.</summary>
    public static bool TryDate(ReadOnlySpan<byte> text, out long ms)
    {
        ms = 0;
        return text.Length == 10 && text[4] is (byte)'-' or (byte)'/' && text[7] == text[4]
            && TryDigits(text[..4], out var year) && TryDigits(text.Slice(5, 2), out var month) && TryDigits(text[8..], out var day)
            && TryCompose(year, month, day, 0, 0, 0, out ms);
    }

    /// <summary><c>10:05:03[.123]</c>: milliseconds since midnight.</summary>
    public static bool TryClock(ReadOnlySpan<byte> text, out long ms)
    {
        ms = 0;
        if (text.Length < 8 || text[2] != ':' || text[5] != ':' || !TryDigits(text[..2], out var hour) || !TryDigits(text.Slice(3, 2), out var minute)
            || !TryDigits(text.Slice(6, 2), out var second) || hour > 23 || minute > 59 || second > 60)
        {
            return false;
        }

        ms = ((hour * 3600L) + (minute * 60) + Math.Min(second, 59)) * 1000;
        return text.Length == 8 || (TryTail(text[8..], ref ms, out _, out var hasZone) && !hasZone);
    }

    /// <summary>Unix time as a number: seconds, with a fraction or not, or milliseconds, microseconds, nanoseconds by their size.</summary>
    public static bool TryUnix(ReadOnlySpan<byte> text, out long ms, out bool hasFraction)
    {
        ms = 0;
        hasFraction = false;
        if (!Utf8Parser.TryParse(text, out double number, out var used) || used != text.Length || !double.IsFinite(number) || number is < 0 or > 1e19)
        {
            return false;
        }

        hasFraction = number >= 1e11 || text.Contains((byte)'.');
        ms = (long)(number switch { < 1e11 => number * 1000, < 1e14 => number, < 1e17 => number / 1e3, _ => number / 1e6 });
        return true;
    }

    private static bool TryTail(ReadOnlySpan<byte> tail, ref long ms, out bool hasFraction, out bool hasZone)
    {
        hasFraction = hasZone = false;
        if (tail.Length > 1 && tail[0] is (byte)'.' or (byte)',')
        {
            var digits = 1;
            var scale = 100;
            while (digits < tail.Length && char.IsAsciiDigit((char)tail[digits]))
            {
                ms += (tail[digits++] - '0') * scale;
                scale /= 10;
            }

            hasFraction = digits > 1;
            tail = tail[digits..];
        }

        tail = tail.TrimStart((byte)' ');
        if (tail.IsEmpty)
        {
            return true;
        }

        hasZone = true;
        if (tail.SequenceEqual("Z"u8) || tail.SequenceEqual("z"u8))
        {
            return true;
        }

        var minutes = tail.Length == 6 && tail[3] == ':' ? 4 : 3;
        if (tail.Length != minutes + 2 || tail[0] is not ((byte)'+' or (byte)'-')
            || !TryDigits(tail.Slice(1, 2), out var hour) || !TryDigits(tail[minutes..], out var minute) || hour > 23 || minute > 59)
        {
            return false;
        }

        var offset = ((hour * 60L) + minute) * 60_000;
        ms += tail[0] == (byte)'+' ? -offset : offset;
        return true;
    }

    private static bool TryCompose(int year, int month, int day, int hour, int minute, int second, out long ms)
    {
        ms = 0;
        // A leap second is the second before it: there is no other way to write it in Unix time.
        if (year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month) || hour > 23 || minute > 59 || second > 60)
        {
            return false;
        }

        var days = new DateTime(year, month, day, 0, 0, 0, DateTimeKind.Utc).Ticks - DateTime.UnixEpoch.Ticks;
        ms = (days / TimeSpan.TicksPerMillisecond) + (((hour * 3600L) + (minute * 60) + Math.Min(second, 59)) * 1000);
        return true;
    }

    private static bool TryMonth(ReadOnlySpan<byte> text, out int month)
    {
        var at = "JanFebMarAprMayJunJulAugSepOctNovDec"u8.IndexOf(text);
        month = (at / 3) + 1;
        return at >= 0 && at % 3 == 0;
    }

    private static bool TryDigits(ReadOnlySpan<byte> text, out int value)
    {
        value = 0;
        foreach (var digit in text)
        {
            if (!char.IsAsciiDigit((char)digit))
            {
                return false;
            }

            value = (value * 10) + digit - '0';
        }

        return true;
    }
}
