using System.Globalization;

namespace Sightline.Server.Demo;

/// <summary>Somebody with a browser, the same whenever the number is the same: id, device, place and language hang together.</summary>
internal sealed record DemoVisitor(string Id, string UserAgent, string Screen, string Country, string Address, string Language)
{
    /// <summary>Weight, country, first two numbers of an address block there, languages.</summary>
    internal static readonly (double Weight, string Country, int A, int B, string Language)[] Places =
    [
        (30, "DE", 91, 12, "de-DE,de;q=0.9,en;q=0.7"), (8, "AT", 84, 113, "de-AT,de;q=0.9"), (7, "CH", 178, 195, "de-CH,de;q=0.9,fr;q=0.6"),
        (17, "US", 73, 202, "en-US,en;q=0.9"), (10, "GB", 86, 140, "en-GB,en;q=0.9"), (6, "FR", 90, 45, "fr-FR,fr;q=0.9,en;q=0.5"),
        (5, "NL", 77, 165, "nl-NL,nl;q=0.9,en;q=0.8"), (3, "IT", 79, 20, "it-IT,it;q=0.9"), (3, "ES", 88, 8, "es-ES,es;q=0.9"),
        (3, "PL", 83, 10, "pl-PL,pl;q=0.9"), (2, "SE", 90, 230, "sv-SE,sv;q=0.9,en;q=0.8"), (2, "CA", 99, 230, "en-CA,en;q=0.9,fr;q=0.5"),
        (2, "JP", 126, 60, "ja-JP,ja;q=0.9"), (2, "AU", 101, 170, "en-AU,en;q=0.9"), (2, "IN", 49, 36, "en-IN,en;q=0.9,hi;q=0.7"),
    ];

    private static readonly (double Weight, string Agent, string[] Screens)[] Browsers =
    [
        (24, "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36", ["1920x1080", "1536x864", "2560x1440"]),
        (8, "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36", ["1440x900", "1728x1117"]),
        (7, "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0", ["1920x1080", "1366x768"]),
        (6, "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0", ["1920x1080", "1366x768"]),
        (3, "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0", ["1920x1080", "2560x1440"]),
        (9, "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Safari/605.1.15", ["1440x900", "1512x982"]),
        (20, "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1", ["390x844", "393x852", "430x932"]),
        (3, "Mozilla/5.0 (iPad; CPU OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1", ["820x1180"]),
        (13, "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36", ["412x915", "360x800", "384x854"]),
        (5, "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36", ["360x780", "384x832"]),
        (2, "Mozilla/5.0 (Android 15; Mobile; rv:145.0) Gecko/145.0 Firefox/145.0", ["412x892"]),
    ];

    /// <summary>Chrome itself, not a browser made of it.</summary>
    public bool IsChrome => UserAgent.Contains(" Chrome/142.", StringComparison.Ordinal) && !UserAgent.Contains(" Edg/", StringComparison.Ordinal);

    /// <param name="plan">Whose chance it is.</param>
    /// <param name="day">On which the visitor came for the first time.</param>
    /// <param name="number">Among those who came for the first time on that day.</param>
    public static DemoVisitor Of(DemoPlan plan, DateOnly day, long number)
    {
        var random = plan.RandomOf(day.DayNumber, 1, number);
        var browser = Browsers[random.Pick(Browsers.Length, i => Browsers[i].Weight)];
        var place = Places[random.Pick(Places.Length, i => Places[i].Weight)];
        return new DemoVisitor(
            string.Create(CultureInfo.InvariantCulture, $"d{random.NextInt64():x}{day.DayNumber:x}"),
            browser.Agent,
            browser.Screens[random.Next(browser.Screens.Length)],
            place.Country,
            string.Create(CultureInfo.InvariantCulture, $"{place.A}.{place.B}.{random.Next(256)}.{random.Next(1, 255)}"),
            place.Language);
    }
}
