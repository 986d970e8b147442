using System.Security.Cryptography;

namespace Sightline.Store.Settings;

/// <summary>Random names and secrets, each in the alphabet its clients accept.</summary>
internal static class NewKeys
{
    private const string TokenPrefix = "slt_";
    private const int TokenDigits = 64;

    private const string Letters = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789";
    private const string UpperAndDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

    /// <summary>24 letters and digits, without those that are mistaken for each other when read aloud.</summary>
    public static string PublicKey() => RandomNumberGenerator.GetString(Letters, 24);

    /// <summary>Google's tags check the form <c>G-</c> and ten upper-case letters or digits.</summary>
    public static string Ga4MeasurementId() => "G-" + RandomNumberGenerator.GetString(UpperAndDigits, 10);

    /// <summary>The public part of a DSN: 32 lower-case hex digits.</summary>
    public static string SentryKey() => RandomNumberGenerator.GetHexString(32, lowercase: true);

    /// <summary>256 random bits behind a prefix that secret scanners and people recognise.</summary>
    public static string Token() => TokenPrefix + RandomNumberGenerator.GetHexString(TokenDigits, lowercase: true);

    /// <summary>Made like one of ours.</summary>
    public static bool IsToken(string text) =>
        text.Length == TokenPrefix.Length + TokenDigits && text.StartsWith(TokenPrefix, StringComparison.Ordinal) && text.Skip(TokenPrefix.Length).All(char.IsAsciiHexDigitLower);
}
