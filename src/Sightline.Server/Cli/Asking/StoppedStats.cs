using Sightline.Server.Features.Overview;
using Sightline.Server.Query;
using Sightline.Store;
using Sightline.Store.Settings;

namespace Sightline.Server.Cli.Asking;

/// <summary>
/// Asks the store of a stopped server, in this process, and holds its data directory meanwhile. What waits in the log is not counted: the
/// next start of the server stores it.
/// </summary>
internal sealed class StoppedStats : IStatsSource, IDisposable
{
    private readonly DataDirectory _directory;
    private readonly ProjectDirectory _projects;
    private readonly EventStore _store;
    private readonly QueryService _queries;
    private readonly QueryServiceStats _stats;

    private StoppedStats(DataDirectory directory, SettingsDb settings, TimeProvider time)
    {
        _directory = directory;
        _projects = new ProjectDirectory(settings, time);
        try
        {
            _store = EventStore.Open(directory.Path, new EventStoreOptions(), time);
        }
        catch
        {
            _projects.Dispose();
            throw;
        }

        _queries = new QueryService(_store, MachineMemory.OfThisOne().ForQueries(new QueryOptions()), (_, _) => null, time);
        _stats = new QueryServiceStats(_queries, _projects);
    }

    /// <exception cref="SettingsException">There is no data, or another process is using it.</exception>
    public static StoppedStats Open(string data, TimeProvider time)
    {
        var settings = SettingsDb.OpenExisting(data, time);
        var directory = DataDirectory.TryTake(data) ?? throw new SettingsException($"another sightline process is using {data}; try again when it is done");
        try
        {
            return new StoppedStats(directory, settings, time);
        }
        catch
        {
            directory.Dispose();
            throw;
        }
    }

    public Task<byte[]> QueryAsync(byte[] query, CancellationToken cancellationToken) => _stats.QueryAsync(query, cancellationToken);

    public void Dispose()
    {
        _queries.Dispose();
        _store.Dispose();
        _projects.Dispose();
        _directory.Dispose();
    }
}
