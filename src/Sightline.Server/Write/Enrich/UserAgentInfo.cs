namespace Sightline.Server.Write.Enrich;

/// <summary>What a User-Agent says; empty: not known.</summary>
internal sealed record UserAgentInfo(bool IsBot, string Browser, string BrowserVersion, string Os, string OsVersion, string Device)
{
    public static readonly UserAgentInfo Unknown = new(false, "", "", "", "", "");
}
