namespace Sightline.Core.Wire.AccessLog;

/// <summary>Turns the local times of logs that name no zone into UTC.</summary>
internal sealed class LogClock(TimeZoneInfo zone)
{
    // Zones change their offset on quarters of an hour, so the answer for one holds for all of it.
    private const long QuarterMs = 900_000;

    private readonly bool _isUtc = zone.HasSameRules(TimeZoneInfo.Utc);
    private long _quarter = long.MinValue;
    private long _offsetMs;

    /// <summary>
    /// A time that occurs twice (clocks going back) is taken as standard time, one that never occurs (going forward) as if the
    /// clocks had not moved: the log does not say, and both are the framework's rule.
    /// </summary>
    public long ToUtc(long localMs)
    {
        if (_isUtc)
        {
            return localMs;
        }

        var quarter = Math.DivRem(localMs, QuarterMs).Quotient;
        if (quarter != _quarter)
        {
            _quarter = quarter;
            var local = DateTime.SpecifyKind(DateTime.UnixEpoch.AddMilliseconds(localMs), DateTimeKind.Unspecified);
            _offsetMs = (long)zone.GetUtcOffset(local).TotalMilliseconds;
        }

        return localMs - _offsetMs;
    }
}
