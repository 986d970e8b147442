using System.Runtime.ExceptionServices;

namespace Sightline.Store.DuckDb.Query;

/// <summary>
/// The threads of one query: the caller's, and helpers as far as the pool has free ones. Work is never divided up beforehand: whoever is there takes
/// the next piece, so a helper that comes late or not at all costs nothing but its help.
/// </summary>
/// <param name="size">The caller and its helpers.</param>
/// <param name="deals">For tests on few rows: what one would do is dealt out to all, row by row, on the caller's thread.</param>
internal sealed class Crew(int size, bool deals = false)
{
    /// <summary>The caller alone.</summary>
    public static readonly Crew One = new(1);

    public int Size { get; } = size;

    public bool Deals { get; } = deals;

    /// <summary>Runs the work as worker 0 here and as workers 1, 2, ... on other threads, until all that began have ended.</summary>
    /// <param name="work">Given the worker's number and whether another has failed, so that there is no point in going on.</param>
    public void Run(Action<int, Func<bool>> work)
    {
        var helpers = new Mate[Size - 1];
        ExceptionDispatchInfo? failure = null;
        bool Failed() => Volatile.Read(ref failure) is not null;
        void Work(int worker)
        {
            try
            {
                work(worker, Failed);
            }
            catch (Exception e)
            {
                Interlocked.CompareExchange(ref failure, ExceptionDispatchInfo.Capture(e), null);
            }
        }
        for (var i = 0; i < helpers.Length; i++)
        {
            helpers[i] = new(i + 1, Work);
            ThreadPool.UnsafeQueueUserWorkItem(helpers[i], preferLocal: false);
        }
        Work(0);
        foreach (var helper in helpers)
        {
            helper.End();
        }
        failure?.Throw();
    }

    /// <summary>Runs the work for pieces of <c>[0, count)</c>.</summary>
    /// <param name="count">Of whatever there is.</param>
    /// <param name="piece">How many at once; a single piece is done here.</param>
    /// <param name="work">Given the worker, the first and the one after the last.</param>
    public void Run(int count, int piece, Action<int, int, int> work)
    {
        if (count <= piece || Size == 1)
        {
            work(0, 0, count);
            return;
        }
        var next = 0L;
        Run((worker, failed) =>
        {
            while (!failed() && Interlocked.Add(ref next, piece) is var end && end - piece < count)
            {
                work(worker, (int)(end - piece), (int)Math.Min(end, count));
            }
        });
    }

    private sealed class Mate(int worker, Action<int> work) : IThreadPoolWorkItem
    {
        private const int Waiting = 0;
        private const int Began = 1;
        private const int NotNeeded = 2;

        private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int state;

        public void Execute()
        {
            if (Interlocked.CompareExchange(ref state, Began, Waiting) == Waiting)
            {
                work(worker);
                ended.SetResult();
            }
        }

        /// <summary>Waits for it, unless the pool had no thread for it so far.</summary>
        public void End()
        {
            if (Interlocked.CompareExchange(ref state, NotNeeded, Waiting) == Began)
            {
                ended.Task.Wait();
            }
        }
    }
}
