using Sightline.Store.DuckDb;

namespace Sightline.Server.Write;

/// <summary>
/// How batches are tried again. One that fails comes again with half the records, down to one. One record that alone fails several times is
/// poison: its data are dropped with a reason, so that everybody else's go on.
/// </summary>
internal sealed class Attempts
{
    private const int PoisonAfter = 5;
    private const int MaxWaitSeconds = 10;

    private int _ofData;
    private volatile int _failed;

    /// <summary>Attempts that failed since the last that went well.</summary>
    public int Failed => _failed;

    /// <summary>The next batch takes at most so many.</summary>
    public int MaxRecords { get; private set; } = int.MaxValue;

    /// <summary>Batches have their whole size.</summary>
    public bool IsWhole => MaxRecords == int.MaxValue;

    /// <summary>The next batch is one record, and the record is at fault.</summary>
    public bool IsPoison => _ofData >= PoisonAfter && MaxRecords == 1;

    /// <summary>How long to wait before the next attempt.</summary>
    public TimeSpan Wait => TimeSpan.FromSeconds(Math.Min(MaxWaitSeconds, Math.Pow(2, _failed - 1)));

    public void Succeed()
    {
        _failed = 0;
        _ofData = 0;
        MaxRecords = MaxRecords > int.MaxValue / 2 ? int.MaxValue : MaxRecords * 2;
    }

    public void Fail(Exception exception, int records)
    {
        _failed++;
        // A full disk or too little memory is the machine's fault, not the record's: wait for it as long as it takes.
        _ofData = records == 1 && !IsOfTheMachine(exception) ? _ofData + 1 : 0;
        MaxRecords = Math.Max(1, records / 2);
    }

    private static bool IsOfTheMachine(Exception exception) =>
        exception is IOException or OutOfMemoryException or UnauthorizedAccessException
        || (exception is DuckDbException && (exception.Message.StartsWith("IO Error", StringComparison.OrdinalIgnoreCase)
            || exception.Message.StartsWith("Out of Memory", StringComparison.OrdinalIgnoreCase)));
}
