using System.Text;

namespace Sightline.Store.Settings;

/// <summary>E-mail addresses as account names.</summary>
public static class EmailAddress
{
    private const int Longest = 254;

    /// <summary>The form in which addresses are compared: without the differences people do not see.</summary>
    public static string Key(string email)
    {
        var text = email.Trim();
        // Half a surrogate pair cannot be normalised; it is no address either, so nothing is found.
        return (text.EnumerateRunes().Any(rune => rune == Rune.ReplacementChar) ? text : text.Normalize(NormalizationForm.FormKC)).ToLowerInvariant();
    }

    /// <summary>The address without the blanks around it.</summary>
    /// <exception cref="InvalidSettingException">It is none.</exception>
    public static string Checked(string email)
    {
        var text = email.Trim();
        var at = text.IndexOf('@', StringComparison.Ordinal);
        return text.Length <= Longest && at > 0 && at == text.LastIndexOf('@') && at < text.Length - 1
            && !text.Any(c => char.IsControl(c) || char.IsWhiteSpace(c) || char.IsSurrogate(c) || "<>\"'(),;:\\[]&".Contains(c, StringComparison.Ordinal))
            ? text
            : throw new InvalidSettingException("give an e-mail address such as ada@example.com");
    }
}
