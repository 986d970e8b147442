using Sightline.Core.Model;

namespace Sightline.Core.Wire.AccessLog;

/// <summary>
/// Which lines are neither page views nor downloads. The first rule that applies names the reason: status, method, an unreadable
/// request, static file. Bots are known later, by enrichment.
/// </summary>
internal static class AccessLogRules
{
    public static DropReason? Refuse(in LogLine line, AccessLogOptions options, out bool isDownload)
    {
        isDownload = false;
        var isAnswered = line.Status is >= 200 and < 300 or 304;
        if (!isAnswered)
        {
            var isRedirect = line.Status is >= 300 and < 400;
            if (isRedirect ? !options.IncludeRedirects : !options.IncludeErrors)
            {
                return isRedirect ? DropReason.Redirect : DropReason.HttpError;
            }
        }

        if (line.Method.IsEmpty)
        {
            return DropReason.Malformed;
        }

        if (!line.Method.SequenceEqual("GET"u8) && !line.Method.SequenceEqual("POST"u8))
        {
            return DropReason.Method;
        }

        var end = line.Target.IndexOfAny("?#;"u8);
        var kind = PathKinds.Of(end < 0 ? line.Target : line.Target[..end]);
        // Readers of PDFs and players of films fetch a file in many pieces: 206 is one of them, not one more download.
        var isPiece = kind == PathKind.Download && line.Status == 206;
        if ((kind == PathKind.Static || isPiece) && !options.IncludeStatic)
        {
            return DropReason.StaticFile;
        }

        isDownload = kind == PathKind.Download && isAnswered && !isPiece;
        return null;
    }
}
