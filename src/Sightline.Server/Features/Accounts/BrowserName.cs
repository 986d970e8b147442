namespace Sightline.Server.Features.Accounts;

/// <summary>A browser in two words, for people to recognise their own devices by. What is not known is shown as it calls itself.</summary>
internal static class BrowserName
{
    // The order decides: Edge also says Chrome, and Chrome also says Safari.
    private static readonly (string Word, string Name)[] Browsers =
        [("Edg/", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser/", "Samsung Internet"), ("Firefox/", "Firefox"), ("FxiOS/", "Firefox"), ("HeadlessChrome/", "Chrome"), ("Chrome/", "Chrome"), ("CriOS/", "Chrome"), ("Safari/", "Safari")];

    private static readonly (string Word, string Name)[] Systems =
        [("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Macintosh", "Mac"), ("CrOS", "ChromeOS"), ("Linux", "Linux")];

    public static string Of(string userAgent)
    {
        var browser = Array.Find(Browsers, entry => userAgent.Contains(entry.Word, StringComparison.Ordinal)).Name;
        var system = Array.Find(Systems, entry => userAgent.Contains(entry.Word, StringComparison.Ordinal)).Name;
        return browser is null
            ? userAgent.Length == 0 ? "Unnamed" : userAgent.Length > 60 ? userAgent[..60] : userAgent
            : system is null ? browser : $"{browser} on {system}";
    }
}
