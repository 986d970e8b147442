namespace Sightline.Server.Write.Enrich;

/// <summary>What a step has done since the start, for <c>/metrics</c>. Written by one thread, read by any.</summary>
internal sealed class StepStatistics(string name)
{
    private long _count;
    private long _drops;
    private long _ticks;

    public string Name { get; } = name;

    /// <summary>Events that came to the step.</summary>
    public long Count => Volatile.Read(ref _count);

    /// <summary>Events it dropped.</summary>
    public long Drops => Volatile.Read(ref _drops);

    /// <summary>Time spent in it.</summary>
    public TimeSpan Elapsed => new(Volatile.Read(ref _ticks));

    public void Add(int count, int drops, TimeSpan elapsed)
    {
        Volatile.Write(ref _count, _count + count);
        Volatile.Write(ref _drops, _drops + drops);
        Volatile.Write(ref _ticks, _ticks + elapsed.Ticks);
    }
}
