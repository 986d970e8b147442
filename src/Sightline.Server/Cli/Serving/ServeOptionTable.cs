using Sightline.Server.Receive;
using Sightline.Server.Receive.Lines;
using Sightline.Server.Receive.StatsD;

namespace Sightline.Server.Cli.Serving;

/// <summary>Every option of <c>serve</c> that describes the server.</summary>
internal static class ServeOptionTable
{
    public static IReadOnlyList<ServeOptionSpec> All { get; } =
    [
        One("data", "DIR", "./data", "Directory that holds everything; created when it is not there.",
            (o, text) => o with { Data = NotEmpty(text) }),
        new("listen", "URL", "http://127.0.0.1:8600",
            "Address to listen on, as http://HOST:PORT or https://HOST:PORT. HOST may be an address, localhost or * for all; port 0 picks a free one.",
            (o, texts) => o with { Listen = [.. texts.Select(OptionValues.Listen)] }, Repeatable: true),
        One("tls-cert", "FILE", "no TLS", "Certificate with its chain (PEM) for the addresses that begin with https; read again when the file changes.",
            (o, text) => o with { TlsCertificate = OptionValues.ExistingFile(text) }),
        One("tls-key", "FILE", "no TLS", "The certificate's private key (PEM, without a password).",
            (o, text) => o with { TlsKey = OptionValues.ExistingFile(text) }),
        One("url", "URL", "as each request says", "Address under which browsers reach this server, for the snippets it shows: https://stats.example.com.",
            (o, text) => o with { PublicUrl = OptionValues.PublicUrl(text) }),
        new("trusted-proxy", "ADDRESS", "127.0.0.0/8 and ::1",
            "Address or range of a proxy whose X-Forwarded-For is believed; none believes nobody.",
            (o, texts) => o with { TrustedProxies = texts is ["none"] ? [] : [.. texts.Select(ClientAddress.Parse)] }, Repeatable: true),
        One("local-access", "on|off", "off",
            "Browsers on this machine see all numbers without signing in. Never turn it on when a reverse proxy runs on the same machine.",
            (o, text) => o with { LocalAccess = OptionValues.Switch(text) }),
        One("private-requests", "on|off", "off",
            "Requests that people make the server send, such as the check of a site, may go to private addresses.",
            (o, text) => o with { PrivateRequests = OptionValues.Switch(text) }),
        One("max-body", "SIZE", "1M", "Largest request body, as sent and unpacked.",
            (o, text) => o with { MaxBodyBytes = (int)OptionValues.Size(text, 1024, 256L << 20) }),
        One("max-connections", "NUMBER", "10000", "Connections served at once; more wait.",
            (o, text) => o with { MaxConnections = (int)OptionValues.Number(text, 1, 1_000_000) }),
        One("min-free-disk", "SIZE", "256M", "Free disk space under which nothing more is taken in: senders get 503 with Retry-After, pages go on working.",
            (o, text) => o with { MinFreeDiskBytes = OptionValues.Size(text, 0, 1L << 50) }),
        One("log-segment", "SIZE", "64M", "Size of one file of the durable log.",
            (o, text) => o with { LogSegmentBytes = OptionValues.Size(text, 1 << 20, 1L << 30) }),
        One("max-log-gap", "SIZE", "4G", "How far the store may be behind the log before senders get 503 with Retry-After.",
            (o, text) => o with { MaxLogGapBytes = OptionValues.Size(text, 1 << 20, 1L << 50) }),
        One("store-memory", "SIZE", "a quarter of the machine's, at most 1G", "Memory the store's engine may use; 0 is the default.",
            (o, text) => o with { StoreMemoryBytes = text == "0" ? 0 : OptionValues.Size(text, 64L << 20, 1L << 50) }),
        One("settle-after", "DAYS", "3", "Days after a month's end (UTC) after which its events move to a file of their own.",
            (o, text) => o with { SettleAfterDays = (int)OptionValues.Number(text, 0, 36_500) }),
        One("query-timeout", "TIME", "30s", "A query that takes longer is stopped.",
            (o, text) => o with { QueryTimeout = OptionValues.Time(text, TimeSpan.FromMilliseconds(100), TimeSpan.FromHours(1)) }),
        One("backup-to", "DIR", "no backups", "Directory for backups that the server makes by itself; sightline restore reads it.",
            (o, text) => o with { BackupTo = NotEmpty(text) }),
        One("backup-every", "TIME", "24h", "Time between two such backups.",
            (o, text) => o with { BackupEvery = OptionValues.Time(text, TimeSpan.FromMinutes(1), TimeSpan.FromDays(366)) }),
        One("backup-keep", "NUMBER", "7", "How many of them are kept, the newest.",
            (o, text) => o with { BackupKeep = (int)OptionValues.Number(text, 1, 10_000) }),
        One("geo-database", "FILE", "countries from built-in data", "Place database in MaxMind's format (.mmdb), for regions and cities.",
            (o, text) => o with { GeoDatabase = OptionValues.ExistingFile(text) }),
        One("referrer-spam-file", "FILE", "the built-in list only", "Further referrer hosts never to be counted, one a line.",
            (o, text) => o with { ReferrerSpamFile = OptionValues.ExistingFile(text) }),
        new("statsd-listen", "ADDRESS", "off", "Take StatsD and DogStatsD there: HOST:PORT is UDP and TCP (8125 alone means this machine only), unix:/PATH datagrams and unixstream:/PATH streams of a Unix socket.",
            (o, texts) => o with
            {
                StatsdListen = [.. texts.Where(static text => !UnixLineSocket.IsOne(text)).Select(LineAddress.Parse)],
                StatsdSockets = [.. texts.Where(UnixLineSocket.IsOne).Select(UnixLineSocket.Parse)],
            }, Repeatable: true),
        new("statsd-admin", "HOST:PORT", "off", "Answer statsd's administration commands (stats, counters, delgauges, health) there; 8126 alone means this machine only.",
            (o, texts) => o with { StatsdAdminListen = [.. texts.Select(LineAddress.Parse)] }, Repeatable: true),
        new("statsd-repeat", "ADDRESS", "nobody", "Send each StatsD packet on as it came: HOST:PORT by UDP, tcp:HOST:PORT by TCP.",
            (o, texts) => o with { StatsdRepeat = [.. texts.Select(RepeaterTarget.Parse)] }, Repeatable: true),
        One("statsd-config", "FILE", "statsd's defaults", "Configuration file of statsd: flush interval, percentiles, histograms, namespaces, idle rules. The rest of it is not used.",
            (o, text) => o with { Statsd = StatsdConfigFile.Read(OptionValues.ExistingFile(text)) }),
        new("carbon-listen", "HOST:PORT", "off", "Take Graphite's plaintext protocol there, on TCP and UDP; 2003 alone means this machine only.",
            (o, texts) => o with { CarbonListen = [.. texts.Select(LineAddress.Parse)] }, Repeatable: true),
        new("carbon-pickle-listen", "HOST:PORT", "off", "Take Graphite's pickle protocol there.",
            (o, texts) => o with { CarbonPickleListen = [.. texts.Select(LineAddress.Parse)] }, Repeatable: true),
        One("metrics-project", "ID", "the oldest project", "Project that gets what comes by StatsD and Graphite.",
            (o, text) => o with { MetricsProject = (uint)OptionValues.Number(text, 1, uint.MaxValue) }),
        One("own-metrics-every", "TIME", "10s", "Keep the numbers of /metrics as series of a built-in project, a point each so often; 0 keeps none.",
            (o, text) => o with { OwnMetricsEvery = text == "0" ? TimeSpan.Zero : OptionValues.Time(text, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1)) }),
        One("log-level", "LEVEL", "information", "What the server's own log tells: trace, debug, information, warning, error or none.",
            (o, text) => o with { LogLevel = OptionValues.Level(text) }),
        One("log-format", "FORMAT", "text", "Form of the server's own log: text, or json for one object a line.",
            (o, text) => o with { LogJson = OptionValues.OneOf(text, "text", "json") == "json" }),
        One("drain-timeout", "TIME", "20s", "How long a stopping server goes on storing what it has acknowledged; the rest waits in the log for the next start.",
            (o, text) => o with { DrainTimeout = OptionValues.Time(text, TimeSpan.Zero, TimeSpan.FromHours(1)) }),
    ];

    private static ServeOptionSpec One(string name, string value, string @default, string help, Func<ServeOptions, string, ServeOptions> apply) =>
        new(name, value, @default, help, (options, texts) => texts.Count == 1
            ? apply(options, texts[0])
            : throw new FormatException($"is given {texts.Count} times, and has one value"));

    private static string NotEmpty(string text) => text.Length > 0 ? text : throw new FormatException("is empty");
}
