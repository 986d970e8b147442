using System.Globalization;
using System.Text;
using Sightline.Core.Model;
using Sightline.Core.Wire.AccessLog;

namespace Sightline.Tests.Wire.AccessLog;

/// <summary>Reads lines and writes down what became of each, so that a test is one line a case.</summary>
internal static class Lines
{
    public static readonly AccessLogOptions Default = new();

    public static string One(string line, AccessLogOptions? options = null) => All(options, line)[^1];

    public static string[] All(AccessLogOptions? options, params string[] lines)
    {
        var reader = new AccessLogReader(options ?? Default);
        return [.. lines.Select(line => Describe(reader, Encoding.UTF8.GetBytes(line)))];
    }

    /// <summary><c>kind time url ip [ref] [ua]</c>, <c>dropped Reason</c>, or <c>no record</c>.</summary>
    public static string Describe(AccessLogReader reader, ReadOnlySpan<byte> line)
    {
        switch (reader.Read(line, out var item, out var reason, out _))
        {
            case LineKind.Event:
                var time = DateTimeOffset.FromUnixTimeMilliseconds(item!.TimeMs!.Value).ToString("yyyy-MM-dd'T'HH:mm:ss.fff", CultureInfo.InvariantCulture);
                var flags = item.Flags == IncomingFlags.None ? "" : $" {item.Flags}";
                return $"{item.Name} {time} {item.Url} {item.ClientIp ?? "-"} [{item.Referrer}] [{item.UserAgent}]{flags}";
            case LineKind.Dropped:
                return $"dropped {reason}";
            default:
                return "no record";
        }
    }
}
