using Sightline.Core.Model;
using Sightline.Core.Wire.AccessLog;

namespace Sightline.Server.Import;

/// <summary>
/// Imports access logs exactly once: each slice of lines goes into the log together with the position behind it, so an import killed
/// anywhere, repeated, or given the file under another name goes on behind what is stored.
/// </summary>
internal sealed class Importer(IImportTarget target, TimeProvider clock, Func<Stream> standardInput, Action<ImportTick>? progress = null)
{
    // What this run appended; the store may not have it yet.
    private readonly List<ImportProgress> _appended = [];
    private long _records;
    private long _sizeBefore;
    private long _sizeOfAll;

    /// <exception cref="ImportException">Nothing could be imported. A fault of one file is in its report.</exception>
    public async Task<ImportReport> RunAsync(ImportRequest request, CancellationToken cancellationToken)
    {
        var started = clock.GetTimestamp();
        var before = await target.BeginAsync(request.Project, cancellationToken);
        var files = new List<FileReport>();
        var sizes = request.Files.Select(ImportFile.SizeOf).ToList();
        _sizeOfAll = sizes.Contains(null) ? 0 : sizes.Sum(static size => size ?? 0);
        var dry = ImportCounts.None;
        foreach (var path in request.Files)
        {
            var report = new FileReport { Name = path };
            files.Add(report);
            try
            {
                using var file = ImportFile.Open(path, clock, standardInput);
                dry = await ReadAsync(file, files.Count - 1, report, request, dry, cancellationToken);
            }
            catch (ImportException e)
            {
                report.Outcome = FileOutcome.Failed;
                report.Error = e.Message;
            }

            _sizeBefore += sizes[files.Count - 1] ?? 0;
        }

        var after = await target.EndAsync(cancellationToken);
        return new ImportReport
        {
            Files = files,
            IsDryRun = request.IsDryRun,
            Took = clock.GetElapsedTime(started),
            Counts = request.IsDryRun ? dry : after.Since(before),
        };
    }

    private async Task<ImportCounts> ReadAsync(ImportFile file, int number, FileReport report, ImportRequest request, ImportCounts dry, CancellationToken cancellationToken)
    {
        var stored = await FindAsync(file, cancellationToken);
        report.StoredBefore = stored?.Offset ?? 0;
        if (file.Scan(stored) is not { } lines)
        {
            return dry;
        }

        var reader = new AccessLogReader(request.Reading);
        if (stored is not null)
        {
            Resume(reader, stored);
        }

        var slices = new SliceReader(file, lines, reader, report, clock);
        var appending = Task.CompletedTask;
        try
        {
            // The next slice is read while the one before becomes durable; their order in the log is that of the file.
            while (slices.Next(request.SliceLines) is { } slice)
            {
                await appending;
                cancellationToken.ThrowIfCancellationRequested();
                report.Outcome = FileOutcome.Imported;
                _records += slice.Events.Count + slice.Drops.Sum(static drop => drop.Count);
                progress?.Invoke(new ImportTick(number, file.Position, file.Size, _records));
                if (request.IsDryRun)
                {
                    dry = Add(dry, slice);
                }
                else
                {
                    // A file may have grown since its size was asked for.
                    target.Reached(_sizeOfAll > 0 ? Math.Min(_sizeOfAll, _sizeBefore + file.Position) : 0, _sizeOfAll);
                    appending = target.AppendAsync(slice, cancellationToken);
                }

                Remember(slice.Progress!);
            }
        }
        finally
        {
            await appending;
        }

        return dry;
    }

    private async Task<ImportProgress?> FindAsync(ImportFile file, CancellationToken cancellationToken)
    {
        var found = await target.FindAsync(file.Head, cancellationToken);
        return found.Concat(FileIdentity.Matching(file.Head.Span, _appended)).MaxBy(static progress => progress.Offset);
    }

    private void Remember(ImportProgress position)
    {
        // Beyond the fingerprinted beginning a file has one position, which moves.
        if (_appended.Count > 0 && _appended[^1].Fingerprint.AsSpan().SequenceEqual(position.Fingerprint))
        {
            _appended.RemoveAt(_appended.Count - 1);
        }

        _appended.Add(position);
    }

    private static void Resume(AccessLogReader reader, ImportProgress stored)
    {
        try
        {
            reader.Load(stored.State);
        }
        catch (InvalidDataException e)
        {
            throw new ImportException(e.Message, e);
        }
    }

    private static ImportCounts Add(ImportCounts counts, EventBatch slice)
    {
        var drops = new Dictionary<DropReason, long>(counts.Drops);
        foreach (var drop in slice.Drops)
        {
            drops[drop.Reason] = drops.GetValueOrDefault(drop.Reason) + drop.Count;
        }

        return new ImportCounts(
            counts.Received + slice.Events.Count + slice.Drops.Sum(static drop => drop.Count), counts.Stored + slice.Events.Count, drops);
    }
}
