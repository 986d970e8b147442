using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using Sightline.Store.Settings;

namespace Sightline.Server.Features.Accounts;

/// <summary>What a password must be, and how it is kept: Identity's hasher, PBKDF2 with HMAC-SHA512 and a salt of its own for each.</summary>
internal sealed class Passwords
{
    public const int Shortest = 12;
    public const int Longest = 200;

    private const int Iterations = 210_000;
    private const int FewestDifferent = 5;

    // Without those that are mistaken for each other when typed from a console.
    private const string Letters = "abcdefghijkmnpqrstuvwxyz23456789";

    // Identity's format 3: marker, function, iterations, length of the salt, salt, key. Nothing has this hash.
    private static readonly string Nobodys = Convert.ToBase64String(
        [1, .. BigEndian(2), .. BigEndian(Iterations), .. BigEndian(16), .. new byte[16], .. new byte[32]]);

    private readonly PasswordHasher<object> _hasher = new(Options.Create(new PasswordHasherOptions { IterationCount = Iterations }));

    /// <summary>Five groups of four: about 100 bits.</summary>
    public static string NewOneTime() =>
        string.Join('-', Enumerable.Range(0, 5).Select(_ => System.Security.Cryptography.RandomNumberGenerator.GetString(Letters, 4)));

    /// <exception cref="InvalidSettingException">It may not be a password of <paramref name="email"/>; the message says why.</exception>
    public static string Checked(string password, string email)
    {
        if (password.Length is < Shortest or > Longest)
        {
            throw new InvalidSettingException($"a password has {Shortest} to {Longest} characters; several words with blanks between them are fine");
        }

        if (password.Distinct().Count() < FewestDifferent)
        {
            throw new InvalidSettingException($"this password repeats itself: use at least {FewestDifferent} different characters");
        }

        if (CommonPasswords.Has(password))
        {
            throw new InvalidSettingException("this password is among those that have leaked most often, or is made of one: whoever guesses tries it first");
        }

        var name = email[..Math.Max(0, email.IndexOf('@', StringComparison.Ordinal))];
        return password.Contains(email, StringComparison.OrdinalIgnoreCase) || (name.Length >= 4 && password.Length < name.Length + Shortest - 4 && password.Contains(name, StringComparison.OrdinalIgnoreCase))
            ? throw new InvalidSettingException("this password is made of your e-mail address, which is the first thing to be tried")
            : password;
    }

    public string Hash(string password) => _hasher.HashPassword(this, password);

    /// <summary>
    /// Takes as long for an account that does not exist, or has no password, as for one that does: the time does not tell who has one.
    /// </summary>
    /// <param name="user">Whose it should be.</param>
    /// <param name="password">As given.</param>
    /// <param name="newHash">The same password in today's form, when the kept one is older.</param>
    public bool Verify(User? user, string password, out string? newHash)
    {
        newHash = null;
        if (password.Length > Longest)
        {
            return false;
        }

        var result = _hasher.VerifyHashedPassword(this, user?.PasswordHash ?? Nobodys, password);
        if (user?.PasswordHash is null || result == PasswordVerificationResult.Failed)
        {
            return false;
        }

        newHash = result == PasswordVerificationResult.SuccessRehashNeeded ? Hash(password) : null;
        return true;
    }

    /// <summary>Whether a hash that belongs to no account is that of the password.</summary>
    public bool Matches(string hash, string password) =>
        password.Length <= Longest && _hasher.VerifyHashedPassword(this, hash, password) != PasswordVerificationResult.Failed;

    private static byte[] BigEndian(int value)
    {
        var bytes = new byte[4];
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }
}
