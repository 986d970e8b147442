using Sightline.Server.Receive.Lines;

namespace Sightline.Server.Receive.StatsD;

/// <summary>A StatsD connection: what came up to the last line end is one packet, as in statsd.</summary>
internal sealed class StatsdStream(StatsdIntake intake) : IStreamReader
{
    /// <summary>Read at once, and the longest line.</summary>
    public const int Buffer = 64 * 1024;

    public async ValueTask<int> TakeAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        var end = bytes.Span.LastIndexOf((byte)'\n') + 1;
        if (end > 0)
        {
            intake.Take(bytes.Span[..end]);
            await intake.SendEventsAsync(TimeSpan.MaxValue, isLast: false, cancellationToken);
        }

        return end;
    }
}
