using Sightline.Core.Queries.Graphite;

namespace Sightline.Server.Features.Graphite;

/// <summary>
/// How many metric questions are computed at once, whoever asks them. Each is tried as a small one first; what turns out to take more waits among its like, so that any number of heavy questions
/// holds up no small one, and the memory of all of them together has an end.
/// </summary>
internal sealed class MetricTurns : IDisposable
{
    /// <summary>Heavy questions that may wait; who comes then is told at once.</summary>
    public const int MostWaiting = 100;

    private readonly SemaphoreSlim _small = new(Math.Max(2, Environment.ProcessorCount));
    private int _waiting;
    private long _refused;

    /// <summary>For what takes more than <see cref="RequestLimits.Small"/>: half of the processors. For tests: whoever takes all keeps them waiting.</summary>
    public SemaphoreSlim Heavy { get; } = new(Math.Max(1, Environment.ProcessorCount / 2));

    /// <summary>Heavy questions that wait now.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>Questions since start that were not computed because too many others were.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    public RequestLimits Small { get; set; } = RequestLimits.Small;

    public RequestLimits Most { get; set; } = RequestLimits.Most;

    /// <summary>Computes on a thread of its own, when it is its turn.</summary>
    /// <param name="compute">Given what it may take; may be called twice.</param>
    /// <param name="patience">Ends when there is no more time; waiting counts.</param>
    /// <param name="aborted">Who asks has left.</param>
    /// <exception cref="GraphiteException">It takes too much, or too many are waiting.</exception>
    /// <exception cref="OperationCanceledException">One of the two.</exception>
    public async Task<T> RunAsync<T>(Func<RequestLimits, T> compute, CancellationToken patience, CancellationToken aborted)
    {
        try
        {
            return await InTurnAsync(_small, Small, compute, patience, aborted);
        }
        catch (GraphiteException fault) when (fault.Refusal == GraphiteRefusal.TooLarge)
        {
            // Then among the heavy ones.
        }

        if (Interlocked.Increment(ref _waiting) > MostWaiting)
        {
            Interlocked.Decrement(ref _waiting);
            throw Busy();
        }

        var isWaiting = true;
        try
        {
            return await InTurnAsync(Heavy, Most, limits =>
            {
                Begin();
                return compute(limits);
            }, patience, aborted);
        }
        finally
        {
            Begin();
        }

        void Begin()
        {
            if (isWaiting)
            {
                isWaiting = false;
                Interlocked.Decrement(ref _waiting);
            }
        }
    }

    public void Dispose()
    {
        _small.Dispose();
        Heavy.Dispose();
    }

    private async Task<T> InTurnAsync<T>(SemaphoreSlim turns, RequestLimits limits, Func<RequestLimits, T> compute, CancellationToken patience, CancellationToken aborted)
    {
        try
        {
            await turns.WaitAsync(patience);
        }
        catch (OperationCanceledException) when (!aborted.IsCancellationRequested)
        {
            throw Busy();
        }

        try
        {
            return await Task.Run(() => compute(limits), patience);
        }
        finally
        {
            turns.Release();
        }
    }

    private GraphiteException Busy()
    {
        Interlocked.Increment(ref _refused);
        return new GraphiteException("too many heavy questions are being computed: ask again in a moment, or for fewer series or a shorter time") { Refusal = GraphiteRefusal.Busy };
    }
}
