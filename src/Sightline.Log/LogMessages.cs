using Microsoft.Extensions.Logging;

namespace Sightline.Log;

internal static partial class LogMessages
{
    [LoggerMessage(1, LogLevel.Information, "Log open in {Directory}: positions {First} to {End} in {Segments} segments, {Records} records checked")]
    public static partial void Opened(this ILogger logger, string directory, long first, long end, int segments, long records);

    [LoggerMessage(2, LogLevel.Warning, "{Bytes} bytes cut off the end of {Path}: writing them was never finished")]
    public static partial void TailCut(this ILogger logger, string path, long bytes);

    [LoggerMessage(3, LogLevel.Error, "{Bytes} bytes of the log at position {Position} are damaged and skipped; the records in them are lost")]
    public static partial void Damage(this ILogger logger, long position, long bytes);

    [LoggerMessage(4, LogLevel.Error, "The header of {Path} is damaged")]
    public static partial void HeaderDamaged(this ILogger logger, string path);

    [LoggerMessage(5, LogLevel.Error, "The log ends at {End} but the store already has {StoreHas}: files of the log were lost; it goes on from there")]
    public static partial void Behind(this ILogger logger, long end, long storeHas);

    [LoggerMessage(6, LogLevel.Error, "The log refuses records ({State}): {Reason}")]
    public static partial void Refusing(this ILogger logger, LogState state, string reason, Exception cause);

    [LoggerMessage(7, LogLevel.Information, "The log takes records again")]
    public static partial void Recovered(this ILogger logger);

    [LoggerMessage(8, LogLevel.Debug, "Segment {Path} begun")]
    public static partial void SegmentBegun(this ILogger logger, string path);

    [LoggerMessage(9, LogLevel.Debug, "Segment {Path} deleted")]
    public static partial void SegmentDeleted(this ILogger logger, string path);

    [LoggerMessage(10, LogLevel.Warning, "Segment {Path} could not be deleted; it will be tried again")]
    public static partial void SegmentNotDeleted(this ILogger logger, string path, Exception cause);

    [LoggerMessage(11, LogLevel.Warning, "What a failed write left in {Path} could not be cut off; it is void")]
    public static partial void NotCut(this ILogger logger, string path, Exception cause);

    [LoggerMessage(12, LogLevel.Warning, "{Path} could not be closed; what was acknowledged in it is durable all the same")]
    public static partial void NotClosed(this ILogger logger, string path, Exception cause);

    [LoggerMessage(13, LogLevel.Critical, "The log is broken and takes no records until the server is started again; what was acknowledged is safe")]
    public static partial void Broken(this ILogger logger, Exception cause);
}
