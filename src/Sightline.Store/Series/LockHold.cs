namespace Sightline.Store.Series;

/// <summary>A lock held until the end of a block.</summary>
internal readonly ref struct LockHold
{
    private readonly ReaderWriterLockSlim _lock;
    private readonly bool _isToWrite;

    private LockHold(ReaderWriterLockSlim held, bool isToWrite) => (_lock, _isToWrite) = (held, isToWrite);

    public static LockHold ToRead(ReaderWriterLockSlim held)
    {
        held.EnterReadLock();
        return new LockHold(held, isToWrite: false);
    }

    public static LockHold ToWrite(ReaderWriterLockSlim held)
    {
        held.EnterWriteLock();
        return new LockHold(held, isToWrite: true);
    }

    public void Dispose()
    {
        if (_isToWrite)
        {
            _lock.ExitWriteLock();
        }
        else
        {
            _lock.ExitReadLock();
        }
    }
}
