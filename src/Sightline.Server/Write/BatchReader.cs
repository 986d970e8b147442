using System.Diagnostics;
using Sightline.Core.Model;
using Sightline.Log;
using Sightline.Server.Write.Enrich;
using Sightline.Store;

namespace Sightline.Server.Write;

/// <summary>Reads the log into batches of the size of one transaction, enriched. For one thread.</summary>
internal sealed class BatchReader(DurableLog log, RecordTaker taker, Enrichment enrichment) : IDisposable
{
    /// <summary>A transaction takes at most this many events: at 20,000 the cost a row has levelled off.</summary>
    private const int MaxEvents = 20_000;

    /// <summary>A point costs the store about a tenth of an event.</summary>
    private const int PointsAnEvent = 10;

    private LogReader? _reader;
    private StoreBatch? _spare;

    /// <summary>The last batch ended because it was full, not because there was no more.</summary>
    public bool WasFull { get; private set; }

    /// <summary>Reads and enriches a batch.</summary>
    /// <param name="from">Where to begin.</param>
    /// <param name="attempts">How many records it may take, and whether they are poison.</param>
    /// <param name="read">What was read, also when this throws.</param>
    /// <returns>False: there is nothing behind <paramref name="from"/>.</returns>
    public bool Read(LogPosition from, Attempts attempts, out ReadBatch read)
    {
        var started = Stopwatch.GetTimestamp();
        read = new ReadBatch(_spare ?? new StoreBatch { UpTo = from });
        var batch = read.Batch;
        batch.UpTo = from;
        _spare = null;
        _reader ??= log.OpenReader(from);
        WasFull = true;
        while (read.Records < attempts.MaxRecords && batch.Events.Count + (batch.Points.Count / PointsAnEvent) < MaxEvents)
        {
            if (!_reader.TryRead(out var record))
            {
                WasFull = false;
                break;
            }

            read.Records++;
            taker.Take(record, batch, attempts.IsPoison);
        }

        enrichment.Finish(batch);
        if (_reader.Position > from)
        {
            // Damaged bytes the reader stepped over lie behind it, too.
            batch.UpTo = _reader.Position;
        }

        read.Took = Stopwatch.GetElapsedTime(started);
        if (read.Records > 0 || batch.UpTo > from)
        {
            return true;
        }

        _spare = batch;
        return false;
    }

    /// <summary>A batch is done with. Its lists are large: new ones for every batch would have the collector go through everything again and again.</summary>
    public void Return(StoreBatch batch)
    {
        batch.Clear();
        _spare = batch;
    }

    /// <summary>What was read and not stored will be read again.</summary>
    public void Restart()
    {
        enrichment.Restart();
        LetGo();
    }

    /// <summary>Lets go of the segment it reads in: an open reader keeps its segment.</summary>
    public void LetGo()
    {
        _reader?.Dispose();
        _reader = null;
    }

    public void Dispose() => LetGo();
}
