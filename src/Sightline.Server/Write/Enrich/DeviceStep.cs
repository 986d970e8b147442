using Sightline.Core.Model;

namespace Sightline.Server.Write.Enrich;

/// <summary>Browser, operating system and kind of device: from the User-Agent, corrected by client hints where the browser gave them.</summary>
internal sealed class DeviceStep : IEnrichStep
{
    public string Name => "device";

    public DropReason? Apply(EnrichItem item)
    {
        var agent = item.Agent;
        item.Os = agent.Os;
        item.OsVersion = agent.OsVersion;
        item.Device = agent.IsBot ? "Bot" : agent.Device;
        if (OsVersions.FromHint(item.In.HintPlatform) is var (os, version))
        {
            // Browsers freeze the version in the User-Agent (Windows 10, macOS 10.15, Android 10); a hint without a version keeps what it says.
            item.OsVersion = version.Length > 0 ? version : os == agent.Os ? agent.OsVersion : "";
            item.Os = os;
        }

        return null;
    }
}
