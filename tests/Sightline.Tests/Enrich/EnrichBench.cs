using Microsoft.Extensions.Time.Testing;
using Sightline.Core.Model;
using Sightline.Server.Write.Enrich;
using Sightline.Store;
using Sightline.Store.Settings;
using Sightline.Tests.Settings;

namespace Sightline.Tests.Enrich;

/// <summary>The default steps over a data directory of their own, with a clock that stands still at <see cref="NowMs"/>.</summary>
public sealed class EnrichBench : IDisposable
{
    public const long NowMs = 1_795_348_800_000; // 2026-11-22T12:00:00Z
    public const string Chrome = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36";

    private readonly TempData _data = new();
    private VisitorSalts? _salts;
    private Enrichment? _enrichment;

    public static Project Shop { get; } = new() { Id = 7, Name = "Shop", PublicKey = "0123456789abcdef", Domains = ["shop.example", "*.shop.example"], TimeZone = "Europe/Berlin" };

    /// <summary>The repository's root: packages that only tests read lie in it.</summary>
    public static string Repository
    {
        get
        {
            var directory = AppContext.BaseDirectory;
            while (!File.Exists(System.IO.Path.Combine(directory, "Sightline.slnx")))
            {
                directory = System.IO.Path.GetDirectoryName(directory) ?? throw new DirectoryNotFoundException("not within the repository");
            }

            return directory;
        }
    }

    public FakeTimeProvider Time => _data.Time;

    public string Path => _data.Path;

    internal EnrichmentOptions Options { get; init; } = new();

    public VisitorSalts Salts => _salts ??= new VisitorSalts(_data.Open(), Time);

    internal Enrichment Enrichment => _enrichment ??= EnrichmentFactory.Create(EnrichmentTables.Load(Path, Options), Salts, Time);

    public static EventBatch Batch(params IncomingEvent[] events)
    {
        var batch = new EventBatch { ReceivedBy = ReceivedBy.EventApi, ReceivedMs = NowMs, ClientIp = "203.0.113.9", UserAgent = Chrome, Language = "de-DE,de;q=0.9,en;q=0.8" };
        batch.Events.AddRange(events);
        return batch;
    }

    public StoreBatch Run(EventBatch batch, Project? project = null)
    {
        var into = new StoreBatch { UpTo = LogPosition.Start };
        Enrichment.Run(project ?? Shop, batch, into);
        return into;
    }

    public StoreBatch Run(params IncomingEvent[] events) => Run(Batch(events));

    public Event One(IncomingEvent incoming, Project? project = null)
    {
        var into = Run(Batch(incoming), project);
        Assert.Empty(into.Drops);
        return Assert.Single(into.Events);
    }

    public Drop Dropped(IncomingEvent incoming, Project? project = null)
    {
        var into = Run(Batch(incoming), project);
        Assert.Empty(into.Events);
        return Assert.Single(into.Drops);
    }

    public static IncomingEvent Page(string? url = "https://shop.example/") => new() { Url = url };

    /// <summary>Forgets what is in memory, as a restart does; the files stay.</summary>
    public void Restart()
    {
        _enrichment?.Dispose();
        _salts?.Dispose();
        _enrichment = null;
        _salts = null;
    }

    public void Dispose()
    {
        Restart();
        _data.Dispose();
    }
}
