using System.Diagnostics;

namespace Sightline.ServerTests.Import;

/// <summary>The real clock, of which a test can skip a piece.</summary>
internal sealed class SkippingClock : TimeProvider
{
    private long _skipped;

    public void Skip(TimeSpan time) => Interlocked.Add(ref _skipped, (long)(time.TotalSeconds * Stopwatch.Frequency));

    public override long GetTimestamp() => base.GetTimestamp() + Interlocked.Read(ref _skipped);
}
