namespace Sightline.Log;

/// <summary>Whether a record may be appended, and why not. Everything here is called under the log's lock.</summary>
internal sealed class Admission(LogOptions options, TimeProvider time)
{
    private long _storeHas = options.StoreHas.Value;
    private long _triedAt;
    private bool _abandoned;
    private string _reason = "";
    private Exception? _cause;

    public LogState State { get; private set; }

    public long RefusedCount { get; private set; }

    public void StoreHas(long position) => _storeHas = Math.Max(_storeHas, position);

    /// <summary>The reason to refuse a record, or <see langword="null"/>.</summary>
    /// <param name="end">Where the log would end with it.</param>
    /// <param name="waitingBytes">What waits in memory behind a full batch.</param>
    public LogException? Refusal(long end, long waitingBytes)
    {
        var refusal = Reason(end, waitingBytes);
        if (refusal is not null)
        {
            RefusedCount++;
        }

        return refusal;
    }

    public void Ready() => Set(LogState.Ready, "", null);

    /// <summary>Writing failed: for a while everything is refused at once.</summary>
    /// <returns>What those who waited are told.</returns>
    public LogException Failed(LogState state, string reason, Exception cause)
    {
        Set(state, reason, cause);
        _triedAt = time.GetTimestamp();
        return StateException(state, reason, cause);
    }

    public void Close() => State = LogState.Closed;

    /// <summary>As <see cref="Failed"/>, and for good.</summary>
    public LogException Abandon(string reason, Exception cause)
    {
        _abandoned = true;
        Set(LogState.Failed, reason, cause);
        return new LogFailedException(reason, cause);
    }

    private static LogException StateException(LogState state, string reason, Exception? cause) =>
        state == LogState.DiskFull ? new DiskFullException(reason, cause) : new LogFailedException(reason, cause);

    private LogException? Reason(long end, long waitingBytes)
    {
        if (State == LogState.Closed)
        {
            return new LogFailedException("the log is closed");
        }

        if (_abandoned)
        {
            return new LogFailedException(_reason, _cause);
        }

        var unread = end - _storeHas;
        if (unread > options.MaxUnreadBytes)
        {
            return new LogFullException($"{unread} bytes would wait for the store, {options.MaxUnreadBytes} may");
        }

        if (waitingBytes > options.MaxWaitingBytes)
        {
            return new LogFullException($"{waitingBytes} bytes wait in memory for the disk, {options.MaxWaitingBytes} may");
        }

        if (State != LogState.Ready)
        {
            if (time.GetElapsedTime(_triedAt) < options.RetryAfter)
            {
                return StateException(State, _reason, _cause);
            }

            _triedAt = time.GetTimestamp();
        }

        return null;
    }

    private void Set(LogState state, string reason, Exception? cause)
    {
        if (State != LogState.Closed)
        {
            (State, _reason, _cause) = (state, reason, cause);
        }
    }
}
