namespace Sightline.Server.Features.Accounts;

/// <summary>
/// Passwords that everybody who guesses tries first: a list of the 49,000 most used of those that have leaked (<c>data/common-passwords.txt</c>,
/// made by <c>web/data</c>), and what people make of them to get past a rule: capitals, digits for letters, a year behind, or twice the same.
/// </summary>
internal static class CommonPasswords
{
    private const int ShortestStem = 4;
    // More than that beside a common word may well be a good password.
    private const int MostAround = 8;

    private static string FilePath => Path.Combine(AppContext.BaseDirectory, "data", "common-passwords.txt");

    /// <summary>It is one of them, or made of one. The file is read each time: passwords are set rarely, and the list would stay in memory.</summary>
    public static bool Has(string password)
    {
        var forms = Forms(password.ToLowerInvariant()).ToHashSet(StringComparer.Ordinal);
        return forms.Contains("sightline") || File.ReadLines(FilePath).Any(forms.Contains);
    }

    private static IEnumerable<string> Forms(string lower)
    {
        foreach (var text in new[] { lower, Letters(lower) })
        {
            yield return text;
            foreach (var stem in new[] { Trimmed(text, char.IsLetter), Trimmed(text, char.IsLetterOrDigit) })
            {
                if (stem.Length >= ShortestStem && text.Length - stem.Length <= MostAround)
                {
                    yield return stem;
                    if (Unit(stem) is { } unit)
                    {
                        yield return unit;
                    }
                }
            }
        }
    }

    private static string Trimmed(string text, Func<char, bool> isKept)
    {
        var first = 0;
        var end = text.Length;
        while (first < end && !isKept(text[first]))
        {
            first++;
        }

        while (end > first && !isKept(text[end - 1]))
        {
            end--;
        }

        return text[first..end];
    }

    // What it repeats, as "monkey" in "monkeymonkey".
    private static string? Unit(string text)
    {
        for (var length = ShortestStem; length <= text.Length / 2; length++)
        {
            if (text.Length % length == 0 && Enumerable.Range(0, text.Length).All(at => text[at] == text[at % length]))
            {
                return text[..length];
            }
        }

        return null;
    }

    private static string Letters(string text) => string.Concat(text.Select(c => c switch
    {
        '0' => 'o',
        '1' or '!' => 'i',
        '3' => 'e',
        '4' or '@' => 'a',
        '5' or '$' => 's',
        '7' => 't',
        _ => c,
    }));
}
