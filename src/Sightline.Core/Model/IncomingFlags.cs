namespace Sightline.Core.Model;

/// <summary>Written to disk: bits never change meaning.</summary>
[Flags]
public enum IncomingFlags : byte
{
    None = 0,
    /// <summary>Store it even when it looks like a bot (Matomo <c>bots=1</c>, <c>import logs --include-bots</c>).</summary>
    AllowBots = 1,
    /// <summary>The request carried a prefetch or preview header.</summary>
    Prefetch = 2,
    /// <summary>The sender asks for a new visit here (Matomo <c>new_visit=1</c>).</summary>
    NewVisit = 4,
    /// <summary>The URL's host is not known to be the site's (an access log without a virtual host): skip the host check.</summary>
    AnyHost = 8,
    /// <summary>The browser asks not to be tracked (<c>DNT: 1</c> or <c>Sec-GPC: 1</c>).</summary>
    DoNotTrack = 16,
}
