using System.Globalization;
using Sightline.Core.Model;
using Sightline.Core.Wire.AccessLog;
using Sightline.Server.Import;
using Sightline.Store.Settings;

namespace Sightline.Server.Features.Imports;

/// <summary>
/// Uploaded files, in <c>DATA/uploads</c> until they are imported. They hold visitors' addresses: what is done, or not started within a day,
/// is deleted.
/// </summary>
internal sealed class ImportFiles(ServeOptions options, ImportDesk desk, TimeProvider time)
{
    /// <summary>Of an upload. Larger files are imported from the command line, which need not move them.</summary>
    public const long MostBytes = 4L * 1024 * 1024 * 1024;

    private const int PreviewLines = 2000;
    private const int PreviewRows = 12;
    private const int Samples = 3;

    private readonly string _root = Path.Combine(options.Data, "uploads");

    /// <summary>Writes an upload to the disk as it comes.</summary>
    /// <returns>Its length.</returns>
    /// <exception cref="InvalidSettingException">It is too large, or the disk has no room for it.</exception>
    public async Task<long> SaveAsync(string folder, string name, Stream content, CancellationToken cancellationToken)
    {
        var directory = Directory.CreateDirectory(Path.Combine(_root, folder), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute).FullName;
        var path = Path.Combine(directory, Named(name));
        long length = 0;
        await using (var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16, FileOptions.Asynchronous))
        {
            var buffer = new byte[1 << 16];
            int read;
            while ((read = await content.ReadAsync(buffer, cancellationToken)) > 0)
            {
                length += read;
                if (length > MostBytes)
                {
                    throw new InvalidSettingException($"the file has more than {MostBytes >> 30} GiB: import it on the server with sightline import logs");
                }

                // Asked now and then: asking costs a system call.
                if ((length & 0xFFFFFF) < read && new DriveInfo(_root).AvailableFreeSpace < options.MinFreeDiskBytes)
                {
                    throw new InvalidSettingException("the server's disk has no room for the file");
                }

                await file.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            }
        }

        // Nobody goes on writing it: a last line without an end is whole.
        File.SetLastWriteTimeUtc(path, time.GetUtcNow().UtcDateTime.AddHours(-1));
        return length;
    }

    /// <summary>A place for a file whose job is not known yet.</summary>
    public static string NewFolder() => Guid.NewGuid().ToString("N");

    public void Adopt(string folder, ImportJob job) => Directory.Move(Path.Combine(_root, folder), FolderOf(job.Id));

    public void Forget(string folder)
    {
        if (Directory.Exists(Path.Combine(_root, folder)))
        {
            Directory.Delete(Path.Combine(_root, folder), recursive: true);
        }
    }

    public void Forget(ImportJob job) => Forget(job.Id.ToString(CultureInfo.InvariantCulture));

    /// <summary>Folders of jobs that are over, or that nobody knows.</summary>
    public void Sweep(IReadOnlyCollection<long> wanted)
    {
        if (!Directory.Exists(_root))
        {
            return;
        }

        foreach (var folder in Directory.GetDirectories(_root))
        {
            var known = long.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var job) && wanted.Contains(job);
            // An upload under way has no job yet.
            if (!known && time.GetUtcNow() - Directory.GetCreationTimeUtc(folder) > TimeSpan.FromDays(1))
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }

    /// <summary>The job's file; <see langword="null"/>: it is gone.</summary>
    public string? Find(ImportJob job) => Directory.Exists(FolderOf(job.Id)) ? Directory.GetFiles(FolderOf(job.Id)).FirstOrDefault() : null;

    /// <summary>Reads the beginning of a job's file as the import would.</summary>
    public ImportPreview Look(ImportJob job, ImportReading reading)
    {
        try
        {
            using var file = ImportFile.Open(Find(job) ?? throw new ImportException("the uploaded file is gone"), time, () => Stream.Null);
            var stored = desk.Find(job.Project, file.Head.Span).Select(known => known.Offset).DefaultIfEmpty().Max();
            return Look(file.Scan(null)!, new AccessLogReader(reading.ToOptions()), stored);
        }
        catch (ImportException fault)
        {
            return new ImportPreview("", 0, [], 0, [], 0, fault.Message);
        }
    }

    private static ImportPreview Look(LineScanner lines, AccessLogReader reader, long stored)
    {
        var first = new List<PreviewLine>();
        var skipped = new Dictionary<DropReason, (int Count, List<string> Samples)>();
        int records = 0, kept = 0;
        for (var i = 0; i < PreviewLines && lines.TryRead(true, out var line, out var isTooLong); i++)
        {
            DropReason reason = DropReason.TooLarge;
            IncomingEvent? item = null;
            string? sample = null;
            var kind = isTooLong
                ? LineKind.Dropped
                : reader.Read(line, out item, out reason, out sample, wanted => !skipped.TryGetValue(wanted, out var known) || known.Samples.Count < Samples);
            if (kind == LineKind.NotRecord)
            {
                continue;
            }

            records++;
            if (kind == LineKind.Event)
            {
                kept++;
                if (first.Count < PreviewRows)
                {
                    first.Add(new PreviewLine(
                        item!.TimeMs is { } ms ? DateTimeOffset.FromUnixTimeMilliseconds(ms).ToString("d MMM yyyy HH:mm:ss", CultureInfo.InvariantCulture) : "", item.Name, item.Url ?? "",
                        item.Referrer ?? "", item.UserAgent ?? ""));
                }

                continue;
            }

            var (count, samples) = skipped.GetValueOrDefault(reason, (0, []));
            if (sample is not null)
            {
                samples.Add(sample);
            }

            skipped[reason] = (count + 1, samples);
        }

        return new ImportPreview(
            records == 0 || reader.Format == LogFormat.Auto ? "" : LogFormats.NameOf(reader.Format), records, first, kept,
            [.. skipped.OrderByDescending(entry => entry.Value.Count).Select(entry => new PreviewSkip(entry.Key, entry.Value.Count, entry.Value.Samples))], stored, null);
    }

    private string FolderOf(long job) => Path.Combine(_root, job.ToString(CultureInfo.InvariantCulture));

    // A name as browsers send it, which may be a path of another system; never one that leads anywhere.
    private static string Named(string name)
    {
        var last = name[(name.LastIndexOfAny(['/', '\\']) + 1)..];
        var safe = string.Concat(last.Where(c => !char.IsControl(c) && c is not ('/' or '\\' or '\0'))).Trim();
        return safe.Length is 0 or > 120 || safe[0] == '.' ? "upload.log" : safe;
    }
}
