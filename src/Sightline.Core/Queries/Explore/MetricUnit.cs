namespace Sightline.Core.Queries.Explore;

/// <summary>
/// A unit as metrics and questions write it: <c>B</c>, <c>MB/s</c>, <c>kReq/M</c>, <c>ms</c>. Prefixes are k, M, G, T, P and Ki to Pi; times are
/// ns, us, ms, s, M (a minute), h, d, w and mo; b is a bit, B eight of them. Everything else is a thing that is counted and keeps its name.
/// </summary>
public sealed record MetricUnit
{
    private static readonly (string Name, double Factor)[] Times =
        [("ns", 1e-9), ("us", 1e-6), ("ms", 1e-3), ("s", 1), ("M", 60), ("h", 3600), ("d", 86_400), ("w", 604_800), ("mo", 2_592_000)];

    private static readonly (string Name, double Factor)[] Prefixes =
        [("Ki", 1024d), ("Mi", 1048576d), ("Gi", 1073741824d), ("Ti", 1099511627776d), ("Pi", 1125899906842624d), ("k", 1e3), ("M", 1e6), ("G", 1e9), ("T", 1e12), ("P", 1e15)];

    private MetricUnit(string text, (string Name, double Factor) thing, (string Name, double Factor)? per) => (Text, Thing, Per) = (text, thing, per);

    /// <summary>As it was written.</summary>
    public string Text { get; }

    /// <summary>Something per time.</summary>
    public bool IsRate => Per is { Name: "s" };

    /// <summary>Something, not per anything.</summary>
    public bool IsTotal => Per is null;

    private (string Name, double Factor) Thing { get; }

    private (string Name, double Factor)? Per { get; }

    public static MetricUnit Parse(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? new MetricUnit(text, Term(text), null) : new MetricUnit(text, Term(text[..slash]), Term(text[(slash + 1)..]));
    }

    /// <summary>A number with a prefix, as <c>max 1Ti</c> has it; <see langword="null"/>: it is none.</summary>
    public static double? Number(string text)
    {
        foreach (var (name, factor) in Prefixes.Append(("", 1)))
        {
            if (text.EndsWith(name, StringComparison.Ordinal)
                && double.TryParse(text.AsSpan(0, text.Length - name.Length), System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture, out var number)
                && double.IsFinite(number))
            {
                return number * factor;
            }
        }

        return null;
    }

    /// <summary>How values of this unit become values of another; <see langword="null"/>: they cannot.</summary>
    public UnitConversion? To(MetricUnit wanted)
    {
        if (Thing.Name != wanted.Thing.Name)
        {
            return null;
        }

        var scale = Thing.Factor / wanted.Thing.Factor;
        return (Per, wanted.Per) switch
        {
            (null, null) => new UnitConversion(scale, UnitChange.None, 0),
            ({ } mine, { } other) when mine.Name == other.Name => new UnitConversion(scale * other.Factor / mine.Factor, UnitChange.None, 0),
            (null, { Name: "s" } other) => new UnitConversion(scale, UnitChange.TotalToRate, other.Factor),
            ({ Name: "s" } mine, null) => new UnitConversion(scale / mine.Factor, UnitChange.RateToTotal, 0),
            _ => null,
        };
    }

    private static (string Name, double Factor) Term(string text)
    {
        foreach (var (name, factor) in Times)
        {
            if (text == name)
            {
                return ("s", factor);
            }
        }

        // A prefix is one only before a unit's capital letter: Msg, Pckt, Metric and Ticket are whole words.
        foreach (var (name, factor) in Prefixes)
        {
            if (text.Length > name.Length && text.StartsWith(name, StringComparison.Ordinal) && (char.IsAsciiLetterUpper(text[name.Length]) || text[name.Length..] == "b"))
            {
                return Data(text[name.Length..], factor);
            }
        }

        return Data(text, 1);
    }

    private static (string Name, double Factor) Data(string name, double factor) => name == "b" ? ("B", factor / 8) : (name, factor);
}
