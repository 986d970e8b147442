using Sightline.Server.Write.Enrich;
using Sightline.Store;
using Sightline.Store.Settings;

namespace Sightline.Server;

/// <summary>
/// What takes longest of opening a data path, each on a thread of its own, so that a host can be put together meanwhile. Whatever of it fails, fails for who takes it.
/// </summary>
/// <param name="directory">Held by the caller until this, and what was taken of it, is disposed.</param>
/// <param name="options">Of the server.</param>
/// <param name="time">The clock.</param>
internal sealed class DataPathOpening(DataDirectory directory, ServeOptions options, TimeProvider time) : IDisposable
{
    private readonly Task<SettingsDb> _settings = Task.Run(() => SettingsDb.Open(directory.Path, time));
    private readonly Task<EventStore> _store = Task.Run(() => EventStore.Open(directory.Path, StoreOptions(options), time));
    private readonly Task<EnrichmentTables> _tables = Task.Run(() => EnrichmentTables.Load(
        directory.Path, new EnrichmentOptions { PlacesFile = options.GeoDatabase, ReferrerSpamFile = options.ReferrerSpamFile }));
    private bool _isStoreTaken;

    public SettingsDb Settings() => _settings.GetAwaiter().GetResult();

    /// <summary>The caller disposes it.</summary>
    public EventStore Store()
    {
        var store = _store.GetAwaiter().GetResult();
        _isStoreTaken = true;
        return store;
    }

    public EnrichmentTables Tables() => _tables.GetAwaiter().GetResult();

    /// <summary>Waits for what is under way, and closes what nobody took.</summary>
    public void Dispose()
    {
        Task.WhenAny(Task.WhenAll(_settings, _store, _tables)).GetAwaiter().GetResult();
        if (!_isStoreTaken && _store.IsCompletedSuccessfully)
        {
            _isStoreTaken = true;
            _store.Result.Dispose();
        }
    }

    private static EventStoreOptions StoreOptions(ServeOptions options)
    {
        var memory = MachineMemory.OfThisOne(options.StoreMemoryBytes).StoreBytes;
        return new()
        {
            MemoryLimit = $"{memory >> 20}MiB",
            ReadAheadBytes = Math.Clamp(memory / 64, 1 << 20, 16 << 20),
            SettleAfterDays = options.SettleAfterDays,
            MinFreeDiskBytes = options.MinFreeDiskBytes,
        };
    }
}
