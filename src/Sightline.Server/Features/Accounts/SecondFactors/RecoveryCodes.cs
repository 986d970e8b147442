using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Sightline.Server.Features.Accounts;

/// <summary>Ten codes of 80 bits, each good for one sign-in without the second factor. Only hashes are kept.</summary>
internal static class RecoveryCodes
{
    public const int Count = 10;

    private const int Letters = 16;
    private const string Alphabet = "abcdefghijkmnpqrstuvwxyz23456789";

    public static IReadOnlyList<string> New() =>
        [.. Enumerable.Range(0, Count).Select(_ => string.Join('-', RandomNumberGenerator.GetString(Alphabet, Letters).Chunk(4).Select(group => new string(group))))];

    /// <summary>It may be one, and not the six digits of an app.</summary>
    public static bool IsShapedLike(string code) => Plain(code).Length == Letters;

    /// <summary>Bound to the person: the same code of two people would not show in the table. Nothing slower is needed, it cannot be guessed.</summary>
    public static byte[] Hash(uint user, string code) =>
        SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"recovery {user} {Plain(code)}")));

    // However it was typed off a sheet of paper.
    private static string Plain(string code) => string.Concat(code.ToLowerInvariant().Where(char.IsAsciiLetterOrDigit));
}
