using Sightline.Server.Cli;

namespace Sightline.Server.Import;

/// <summary>A data directory that no server serves, opened by an import for itself: the same data path, without listeners.</summary>
internal sealed class OpenedDirectory : IAsyncDisposable
{
    private readonly DataDirectory _directory;
    private readonly DataPath _path;
    private readonly ILoggerFactory _loggers;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _feeding;

    private OpenedDirectory(DataDirectory directory, CliContext context)
    {
        _directory = directory;
        // Faults show on the import's own screen; of the parts' logs only what is wrong is worth a line.
        _loggers = LoggerFactory.Create(logging => logging.SetMinimumLevel(LogLevel.Warning).AddSimpleConsole()
            .Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace));
        _path = new DataPath(directory, new ServeOptions { Data = directory.Path }, context.Time, _loggers);
        _feeding = Task.Factory.StartNew(() => _path.Feeder.Run(_stopping.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <exception cref="DataDirectoryInUseException">Another process has it open.</exception>
    public static Task<IPointImportTarget> OpenAsync(string path, CliContext context)
    {
        if (!File.Exists(DataDirectory.SettingsOf(path)))
        {
            throw new ImportException($"{path} holds no Sightline data; give the directory with --data");
        }

        var opened = new OpenedDirectory(DataDirectory.Take(path), context);
        var desk = new ImportDesk(opened._path.Gate, opened._path.Log, opened._path.Store, context.Time);
        return Task.FromResult<IPointImportTarget>(new DeskTarget(desk, context.Time, opened));
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _feeding;
        _path.Feeder.Drain(TimeSpan.FromMinutes(5));
        _path.Store.Maintenance.Checkpoint();
        _path.Dispose();
        _loggers.Dispose();
        _stopping.Dispose();
        _directory.Dispose();
    }
}
