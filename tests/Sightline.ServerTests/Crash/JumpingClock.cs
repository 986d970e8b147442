namespace Sightline.ServerTests.Crash;

/// <summary>A machine's clock that is set wrong and right again: the time of day jumps, what measures durations goes on evenly.</summary>
internal sealed class JumpingClock : TimeProvider
{
    private long _offTicks;

    public void Jump(TimeSpan by) => Interlocked.Add(ref _offTicks, by.Ticks);

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddTicks(Interlocked.Read(ref _offTicks));
}
