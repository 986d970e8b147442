using System.Buffers;
using Sightline.Core.Model;
using Sightline.Server.Import;

namespace Sightline.Tests.Import;

/// <summary>The data path in memory: appended batches go through their log form and are stored at once.</summary>
internal sealed class MemoryTarget : IImportTarget
{
    private readonly Dictionary<string, ImportProgress> _imports = [];
    private readonly Dictionary<DropReason, long> _drops = [];
    private long _received;

    public List<string> Events { get; } = [];

    public List<EventBatch> Batches { get; } = [];

    public IReadOnlyDictionary<DropReason, long> Drops => _drops;

    public IReadOnlyCollection<ImportProgress> Imports => _imports.Values;

    /// <summary>Appends until the importer is killed; after this many nothing more reaches the log.</summary>
    public int KillAfter { get; set; } = int.MaxValue;

    public Task<ImportCounts> BeginAsync(uint project, CancellationToken cancellationToken) => Task.FromResult(Counts());

    public Task<IReadOnlyList<ImportProgress>> FindAsync(ReadOnlyMemory<byte> head, CancellationToken cancellationToken) =>
        Task.FromResult(FileIdentity.Matching(head.Span, _imports.Values));

    public Task AppendAsync(EventBatch batch, CancellationToken cancellationToken)
    {
        if (KillAfter-- <= 0)
        {
            throw new KilledException();
        }

        var record = new ArrayBufferWriter<byte>();
        EventBatchCodec.Write(batch, record);
        Store(EventBatchCodec.Read(record.WrittenSpan));
        return Task.CompletedTask;
    }

    public Task<ImportCounts> EndAsync(CancellationToken cancellationToken) => Task.FromResult(Counts());

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>Everything that counts, for comparing two ways to the same end.</summary>
    public string Summary() => string.Join('\n', Events) + "\n" + string.Join(' ', _drops.OrderBy(static drop => drop.Key).Select(static drop => $"{drop.Key}={drop.Value}"));

    private void Store(EventBatch batch)
    {
        Batches.Add(batch);
        Events.AddRange(batch.Events.Select(static item => $"{item.TimeMs} {item.Name} {item.Url} {item.ClientIp} {item.UserAgent}"));
        _received += batch.Events.Count;
        foreach (var drop in batch.Drops)
        {
            _received += drop.Count;
            _drops[drop.Reason] = _drops.GetValueOrDefault(drop.Reason) + drop.Count;
        }

        _imports[Convert.ToHexString(batch.Progress!.Fingerprint)] = batch.Progress;
    }

    private ImportCounts Counts() => new(_received, Events.Count, new Dictionary<DropReason, long>(_drops));
}

/// <summary>Stands for kill -9: nothing after it runs but what a new process does.</summary>
internal sealed class KilledException : Exception;
