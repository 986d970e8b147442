using System.Net;
using Sightline.Core.Wire.StatsD;
using Sightline.Server.Receive.Lines;
using Sightline.Server.Receive.StatsD;

namespace Sightline.Server;

/// <summary>Everything a server is told at start, checked: from the command line, the environment and the configuration file.</summary>
public sealed record ServeOptions
{
    /// <summary>Directory that holds everything; created when it is not there.</summary>
    public required string Data { get; init; }

    /// <summary>HTTP addresses to listen on; port 0 picks a free one.</summary>
    public IReadOnlyList<string> Listen { get; init; } = ["http://127.0.0.1:8600"];

    /// <summary>Proxies whose <c>X-Forwarded-For</c> is believed. This machine's own by default: nginx usually stands on it.</summary>
    public IReadOnlyList<IPNetwork> TrustedProxies { get; init; } = [new(IPAddress.Loopback, 8), new(IPAddress.IPv6Loopback, 128)];

    /// <summary>Largest request body, packed and unpacked, bytes.</summary>
    public int MaxBodyBytes { get; init; } = 1024 * 1024;

    /// <summary>Connections served at once; more wait.</summary>
    public int MaxConnections { get; init; } = 10_000;

    /// <summary>Size of a segment of the log, bytes.</summary>
    public long LogSegmentBytes { get; init; } = 64L * 1024 * 1024;

    /// <summary>Acknowledged data the store may be behind before senders are asked to wait, bytes.</summary>
    public long MaxLogGapBytes { get; init; } = 4L * 1024 * 1024 * 1024;

    /// <summary>Free disk space under which nothing more is taken in, bytes.</summary>
    public long MinFreeDiskBytes { get; init; } = 256L * 1024 * 1024;

    /// <summary>Memory the store's engine may use, bytes; 0: a quarter of the machine's, at most 1 GiB.</summary>
    public long StoreMemoryBytes { get; init; }

    /// <summary>Days after a month's end (UTC) after which its events move to a file of their own.</summary>
    public int SettleAfterDays { get; init; } = 3;

    /// <summary>A query that takes longer is stopped.</summary>
    public TimeSpan QueryTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How old an answer that was costly to find may be although events came in since.</summary>
    public TimeSpan AnswersGoodFor { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How old an answer of a public page may be that is given out again.</summary>
    public TimeSpan SharedAnswersGoodFor { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Place database in MaxMind's format, for regions and cities; <see langword="null"/>: countries from the built-in data.</summary>
    public string? GeoDatabase { get; init; }

    /// <summary>Referrer hosts never to be counted, one a line; <see langword="null"/>: the built-in list only.</summary>
    public string? ReferrerSpamFile { get; init; }

    /// <summary>Address under which browsers reach this server, for the snippets it shows; <see langword="null"/>: as the request says.</summary>
    public string? PublicUrl { get; init; }

    /// <summary>A browser on this machine sees all numbers, and changes the projects' reports and settings, without signing in. Never behind a reverse proxy that stands on it.</summary>
    public bool LocalAccess { get; init; }

    /// <summary>Requests that people make the server send (site checks) may go into private networks.</summary>
    public bool PrivateRequests { get; init; }

    /// <summary>Password of the first owner, when there is nobody yet; <see langword="null"/>: one is made up and printed once.</summary>
    public string? OwnerPassword { get; init; }

    /// <summary>Where StatsD is taken, on UDP and TCP.</summary>
    public IReadOnlyList<IPEndPoint> StatsdListen { get; init; } = [];

    /// <summary>Unix sockets on which StatsD is taken.</summary>
    public IReadOnlyList<UnixLineSocket> StatsdSockets { get; init; } = [];

    /// <summary>Where statsd's administration is answered.</summary>
    public IReadOnlyList<IPEndPoint> StatsdAdminListen { get; init; } = [];

    /// <summary>Who gets each packet of StatsD as it came, too.</summary>
    public IReadOnlyList<RepeaterTarget> StatsdRepeat { get; init; } = [];

    /// <summary>How StatsD is aggregated; <see langword="null"/>: as statsd does without configuration.</summary>
    public StatsdOptions? Statsd { get; init; }

    /// <summary>Where carbon's plaintext is taken, on TCP and UDP.</summary>
    public IReadOnlyList<IPEndPoint> CarbonListen { get; init; } = [];

    /// <summary>Where carbon's pickles are taken.</summary>
    public IReadOnlyList<IPEndPoint> CarbonPickleListen { get; init; } = [];

    /// <summary>Whose the data of line protocols are; <see langword="null"/>: the oldest project's.</summary>
    public uint? MetricsProject { get; init; }

    /// <summary>Time between two points of the server's own metrics; zero: they are not kept.</summary>
    public TimeSpan OwnMetricsEvery { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Directory that gets a backup every <see cref="BackupEvery"/>; <see langword="null"/>: the server makes none by itself.</summary>
    public string? BackupTo { get; init; }

    /// <summary>Time between two backups.</summary>
    public TimeSpan BackupEvery { get; init; } = TimeSpan.FromDays(1);

    /// <summary>How many backups stay.</summary>
    public int BackupKeep { get; init; } = 7;

    /// <summary>Certificate with its chain, PEM, for the addresses that begin with https; <see langword="null"/>: no TLS here.</summary>
    public string? TlsCertificate { get; init; }

    /// <summary>The certificate's private key, PEM.</summary>
    public string? TlsKey { get; init; }

    public LogLevel LogLevel { get; init; } = LogLevel.Information;

    /// <summary>One JSON object a line instead of text.</summary>
    public bool LogJson { get; init; }

    /// <summary>How long a stopping server goes on writing what it has acknowledged; the rest waits in the log for the next start.</summary>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(20);
}
