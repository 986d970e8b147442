using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Sightline.Core.Model;
using Sightline.Core.Wire.Graphite;

namespace Sightline.Server.Import;

/// <summary>
/// Imports whisper files. A file's points go into the log with what tells this content from any other, in one record; a file whose series has that already is
/// skipped. So an import that was killed goes on where it stopped, and a second one takes what has changed.
/// </summary>
internal sealed class WhisperImporter(IPointImportTarget target, TimeProvider clock, Action<WhisperTick>? progress = null)
{
    private const int FilesAtOnce = 256;
    private const int RecordBytes = 4 << 20;
    private const long LargestFile = 256L << 20;

    private readonly PointBatchWriter _batch = new();

    /// <param name="project">Which gets the series.</param>
    /// <param name="directory">Carbon's LOCAL_DATA_DIR.</param>
    /// <param name="prefix">Put in front of every name; empty: nothing.</param>
    /// <param name="isDryRun">Read and count, store nothing.</param>
    /// <param name="cancellationToken">Stops between files.</param>
    /// <exception cref="ImportException">Nothing could be imported. A fault of one file is in the report.</exception>
    public async Task<WhisperReport> RunAsync(uint project, string directory, string prefix, bool isDryRun, CancellationToken cancellationToken)
    {
        var started = clock.GetTimestamp();
        var files = WhisperTree.Files(directory);
        var report = new WhisperReport { Files = files.Count, IsDryRun = isDryRun };
        target.Counted = ReceivedBy.Whisper;
        var before = await target.BeginAsync(project, cancellationToken);
        Begin();
        foreach (var chunk in files.Chunk(FilesAtOnce))
        {
            var known = await KnownAsync(directory, prefix, chunk, report, cancellationToken);
            foreach (var (path, name, bytes, source) in known)
            {
                await TakeAsync(path, name, bytes, source, report, cancellationToken);
            }

            report.Read += chunk.Length;
            progress?.Invoke(new WhisperTick(report.Read, files.Count, report.Points));
        }

        await SendAsync(report.IsDryRun, cancellationToken);
        var after = await target.EndAsync(cancellationToken);
        var counts = after.Since(before);
        report.Stored = counts.Stored;
        report.Dropped = counts.Drops.Values.Sum();
        report.Took = clock.GetElapsedTime(started);
        return report;
    }

    /// <summary>Those of a chunk that can be read and are not stored as they are.</summary>
    private async Task<List<(string Path, string Name, byte[] Bytes, ulong Source)>> KnownAsync(
        string directory, string prefix, string[] paths, WhisperReport report, CancellationToken cancellationToken)
    {
        var read = new List<(string Path, string Name, byte[] Bytes, ulong Source)>();
        foreach (var path in paths)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var below = prefix + Path.GetRelativePath(directory, path).Replace(Path.DirectorySeparatorChar, '/');
            if (WhisperTree.NameOf(below, out var fault) is not { } name)
            {
                report.Skip(path, fault);
                continue;
            }

            try
            {
                var length = new FileInfo(path).Length;
                if (length > LargestFile)
                {
                    report.Skip(path, $"it has {length} bytes, more than a file may have ({LargestFile})");
                    continue;
                }

                var bytes = await File.ReadAllBytesAsync(path, cancellationToken);
                read.Add((path, name, bytes, BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(bytes)) | 1));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                report.Skip(path, e.Message);
            }
        }

        var sources = await target.SourcesAsync([.. read.Select(static file => file.Name)], cancellationToken);
        var news = read.Where((file, at) => sources[at] != file.Source).ToList();
        report.Unchanged += read.Count - news.Count;
        return news;
    }

    private async Task TakeAsync(string path, string name, byte[] bytes, ulong source, WhisperReport report, CancellationToken cancellationToken)
    {
        WhisperFile file;
        try
        {
            file = WhisperFile.Read(bytes);
        }
        catch (InvalidDataException e)
        {
            report.Skip(path, e.Message);
            return;
        }

        var series = Encoding.UTF8.GetBytes(name);
        foreach (var (archive, point) in WhisperPoints.Of(file, series))
        {
            _batch.Add(archive, point);
            report.Points++;
            if (_batch.Payload.Length > RecordBytes)
            {
                await SendAsync(report.IsDryRun, cancellationToken);
            }
        }

        // Last: a file of several records counts as imported only when all of them are there.
        _batch.Keep(series, file.Keeping, source);
        report.Imported++;
    }

    private async Task SendAsync(bool isDryRun, CancellationToken cancellationToken)
    {
        if (!isDryRun && _batch.HasAny)
        {
            await target.AppendPointsAsync(_batch.Payload, _batch.Points, cancellationToken);
        }

        Begin();
    }

    private void Begin() => _batch.Begin(ReceivedBy.Whisper, clock.GetUtcNow().ToUnixTimeMilliseconds(), 0);
}
