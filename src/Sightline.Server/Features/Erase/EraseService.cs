using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Sightline.Server.Write.Enrich;
using Sightline.Store.Settings;

namespace Sightline.Server.Features.Erase;

/// <summary>Erases, and hands out, what is stored of one person or browser. In a server, and for the command line where none runs.</summary>
internal sealed class EraseService(DataPath path, ActivityLog activity) : IDisposable
{
    /// <summary>The store is a moment behind the log; a store that is further behind has a reason that will not pass within a request.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    /// <summary>Each may rewrite months, or sort a long history: one after the other is enough.</summary>
    private readonly SemaphoreSlim _oneAtATime = new(1);

    /// <summary>Erases everything that had been acknowledged when this was called, and what of it waits in the log.</summary>
    /// <param name="request">Whose.</param>
    /// <param name="actor">For the activity log.</param>
    /// <param name="address">For the activity log.</param>
    /// <param name="cancellationToken">Ends the waiting; what was begun is done.</param>
    /// <exception cref="StoreBehindException">Nothing was erased.</exception>
    public async Task<EraseAnswer> EraseAsync(EraseRequest request, string actor, string address, CancellationToken cancellationToken)
    {
        await StoredAsync(cancellationToken);
        await _oneAtATime.WaitAsync(cancellationToken);
        try
        {
            var hash = HashOf(request);
            var maintenance = path.Store.Maintenance;
            var removed = await Task.Run(() => request.IsPerson
                ? maintenance.ErasePerson(request.Project, hash, request.Spellings())
                : maintenance.EraseVisitor(request.Project, hash, request.Spellings()), CancellationToken.None);
            // What was removed leaves the database's own log, too, unless a reader needs it yet: then with the next round of the keeper.
            await Task.Run(maintenance.Checkpoint, CancellationToken.None);
            activity.Add(actor, $"erased a {request.Kind}", Subject(request, hash, removed.Events), request.Project, address);
            return EraseAnswer.Of(request, removed);
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    /// <summary>Writes all that is stored into a file without a name, so that whoever fetches it slowly holds up nobody, and opens it at its beginning.</summary>
    public async Task<Stream> ExportAsync(EraseRequest request, string actor, string address, CancellationToken cancellationToken)
    {
        await _oneAtATime.WaitAsync(cancellationToken);
        try
        {
            var hash = HashOf(request);
            var file = NewFile();
            try
            {
                var events = await Task.Run(() => Write(request, hash, file, cancellationToken), cancellationToken);
                activity.Add(actor, $"exported a {request.Kind}", Subject(request, hash, events), request.Project, address);
                file.Position = 0;
                return file;
            }
            catch
            {
                await file.DisposeAsync();
                throw;
            }
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    public void Dispose() => _oneAtATime.Dispose();

    private long Write(EraseRequest request, ulong hash, FileStream file, CancellationToken cancellationToken)
    {
        using (var head = new Utf8JsonWriter(file, new JsonWriterOptions { SkipValidation = true }))
        {
            head.WriteStartObject();
            head.WriteNumber("project", request.Project);
            head.WriteString(request.Kind, request.Id);
            head.WriteString("exported", path.Time.GetUtcNow());
        }

        file.Write(",\n"u8);
        var (_, events) = request.IsPerson
            ? path.Store.ExportPerson(request.Project, hash, file, cancellationToken)
            : path.Store.ExportVisitor(request.Project, hash, file, cancellationToken);
        file.Write("}\n"u8);
        return events;
    }

    /// <summary>Deleted at once: it goes with its handle, also when the server is killed.</summary>
    private FileStream NewFile()
    {
        var name = Path.Combine(path.Options.Data, $"export-{Guid.NewGuid():N}.tmp");
        var file = new FileStream(name, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Options = FileOptions.Asynchronous,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            BufferSize = 64 * 1024,
        });
        File.Delete(name);
        return file;
    }

    private async Task StoredAsync(CancellationToken cancellationToken)
    {
        var received = path.Log.DurableEnd;
        var since = Stopwatch.GetTimestamp();
        while (path.Store.StoredPosition() < received)
        {
            if (Stopwatch.GetElapsedTime(since) > LongestWait)
            {
                throw new StoreBehindException();
            }

            await Task.Delay(Look, cancellationToken);
        }
    }

    private ulong HashOf(EraseRequest request)
    {
        var input = new HashInput();
        var hash = request.IsPerson
            ? VisitorIds.Person(input, path.Salts.InstallSecret, request.Project, request.Id)
            : VisitorIds.Visitor(input, path.Salts.InstallSecret, request.Project, request.Id);
        input.Wipe();
        return hash;
    }

    // The id itself would be what was to be erased. Its hash answers whether somebody's erasure was done, to whoever knows the id.
    private static string Subject(EraseRequest request, ulong hash, long events) =>
        string.Create(CultureInfo.InvariantCulture, $"{request.Kind} {hash:x16}: {events} events");
}
