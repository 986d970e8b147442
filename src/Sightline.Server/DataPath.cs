using Sightline.Log;
using Sightline.Server.Receive;
using Sightline.Server.Write;
using Sightline.Server.Write.Enrich;
using Sightline.Store;
using Sightline.Store.DuckDb;
using Sightline.Store.Series;
using Sightline.Store.Settings;

namespace Sightline.Server;

/// <summary>
/// The way of a datum, opened in its order: settings, store, log, enrichment, feeder, gate. A server and an import without a server use
/// the same one. Opening it recovers what a crash left.
/// </summary>
internal sealed class DataPath : IDisposable
{
    private readonly DataDirectory _directory;

    /// <summary>Opens everything in <paramref name="directory"/>, which the caller holds and gives back after this is disposed.</summary>
    /// <param name="directory">The directory.</param>
    /// <param name="options">Of the server.</param>
    /// <param name="time">The clock.</param>
    /// <param name="loggers">Where it says what it recovered.</param>
    /// <param name="begun">What has begun to open already.</param>
    /// <exception cref="DataPathException">Something there cannot be opened.</exception>
    /// <exception cref="SettingsException">The settings cannot be opened.</exception>
    public DataPath(DataDirectory directory, ServeOptions options, TimeProvider time, ILoggerFactory loggers, DataPathOpening? begun = null)
    {
        _directory = directory;
        Options = options;
        Time = time;
        using var opening = begun ?? new DataPathOpening(directory, options, time);
        try
        {
            Settings = opening.Settings();
            Projects = new ProjectDirectory(Settings, time);
            Store = opening.Store();
            StorageRules = new StorageRuleStore(Settings);
            Store.Series.Rules = StorageRules.RulesOf;
            Store.Series.UsualLimit = MachineMemory.OfThisOne().UsualSeries;
            Store.Series.OwnLimitOf = project => Projects.TryGetById(project, out var found) ? found.MaxSeries : 0;
            Writer = Store.CreateWriter();
            Log = DurableLog.Open(
                new LogOptions
                {
                    Directory = directory.Log,
                    StoreHas = Writer.Position,
                    SegmentBytes = options.LogSegmentBytes,
                    MaxUnreadBytes = options.MaxLogGapBytes,
                    MinFreeDiskBytes = options.MinFreeDiskBytes,
                },
                time,
                loggers.CreateLogger<DurableLog>());
            Salts = new VisitorSalts(Settings, time);
            Enrichment = EnrichmentFactory.Create(opening.Tables(), Salts, time, Store.Received);
            GraphiteEvents = new GraphiteEventStore(Settings);
            Feeder = new LogToStore(Log, Writer, Enrichment, Projects, time, loggers.CreateLogger<LogToStore>(), new BatchWriter(Writer, GraphiteEvents).Write);
            Gate = new Gate(Log, Projects, Counters, time);
            ClientAddress = new ClientAddress(options.TrustedProxies);
        }
        catch (Exception failure) when (failure is StoreFormatException or DuckDbException or LogException or IOException or UnauthorizedAccessException
            || (failure is SettingsException && DataPathException.IsDiskFull(directory.Path)))
        {
            Writer?.Dispose();
            Store?.Dispose();
            throw DataPathException.Of(directory.Path, failure);
        }
    }

    public ServeOptions Options { get; }

    public TimeProvider Time { get; }

    public SettingsDb Settings { get; }

    public ProjectDirectory Projects { get; }

    public EventStore Store { get; }

    /// <summary>How metrics are kept.</summary>
    public StorageRuleStore StorageRules { get; }

    /// <summary>What happened once: Graphite's events, DogStatsD's.</summary>
    public GraphiteEventStore GraphiteEvents { get; }

    public StoreWriter Writer { get; }

    public DurableLog Log { get; }

    public VisitorSalts Salts { get; }

    public Enrichment Enrichment { get; }

    public LogToStore Feeder { get; }

    public IngestCounters Counters { get; } = new();

    public Gate Gate { get; }

    public ClientAddress ClientAddress { get; }

    public EngineState Engine { get; } = new();

    /// <summary>Less free space than what is kept back: nothing more is taken in.</summary>
    public bool IsDiskLow => new DriveInfo(_directory.Path).AvailableFreeSpace < Options.MinFreeDiskBytes;

    public void Dispose()
    {
        Gate.Close();
        Feeder.Dispose();
        Log.DisposeAsync().AsTask().GetAwaiter().GetResult();
        Writer.Dispose();
        Store.Dispose();
        Enrichment.Dispose();
        Salts.Dispose();
        StorageRules.Dispose();
        Projects.Dispose();
    }
}
