namespace Sightline.Server.Write;

/// <summary>
/// A thread that writes one batch while its owner makes the next. One batch at a time: whoever gives a second waits for the first, so
/// order is kept and what lies in memory is bounded by two batches.
/// </summary>
internal sealed class WriteStage(Action<ReadBatch> write) : IDisposable
{
    private readonly Lock _starting = new();
    private readonly SemaphoreSlim _given = new(0);
    private readonly SemaphoreSlim _done = new(0);
    private Thread? _thread;
    private ReadBatch? _batch;
    private Exception? _failure;
    private volatile bool _ended;

    /// <summary>What is being written, or was and nobody has asked yet how it went.</summary>
    public ReadBatch? UnderWay { get; private set; }

    /// <summary>Begins to write a batch; the one before must have been asked for by <see cref="Finish"/>.</summary>
    public void Begin(ReadBatch batch)
    {
        lock (_starting)
        {
            if (_thread is null)
            {
                _thread = new Thread(Run) { IsBackground = true, Name = "Sightline store" };
                _thread.Start();
            }
        }

        UnderWay = batch;
        _batch = batch;
        _given.Release();
    }

    /// <summary>Waits until the batch under way is written.</summary>
    /// <returns>Why it is not, or <see langword="null"/>.</returns>
    public Exception? Finish()
    {
        _done.Wait();
        UnderWay = null;
        return _failure;
    }

    public void Dispose()
    {
        _ended = true;
        _given.Release();
        _thread?.Join();
        _given.Dispose();
        _done.Dispose();
    }

    private void Run()
    {
        while (true)
        {
            _given.Wait();
            if (_ended)
            {
                return;
            }

            _failure = null;
            try
            {
                write(_batch!);
            }
            catch (Exception exception)
            {
                // Whoever asks for the outcome is told.
                _failure = exception;
            }

            _batch = null;
            _done.Release();
        }
    }
}
