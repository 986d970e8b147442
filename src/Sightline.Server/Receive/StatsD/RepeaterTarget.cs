using System.Globalization;

namespace Sightline.Server.Receive.StatsD;

/// <summary>Another StatsD server: <c>HOST:PORT</c> or <c>udp:HOST:PORT</c> by datagrams, <c>tcp:HOST:PORT</c> over a connection.</summary>
public sealed record RepeaterTarget(string Host, int Port, bool IsTcp)
{
    /// <exception cref="FormatException">With words that continue "--name ...".</exception>
    public static RepeaterTarget Parse(string text)
    {
        var isTcp = text.StartsWith("tcp:", StringComparison.Ordinal);
        var rest = isTcp || text.StartsWith("udp:", StringComparison.Ordinal) ? text[4..] : text;
        var colon = rest.LastIndexOf(':');
        return colon > 0 && int.TryParse(rest.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and <= 65_535
            ? new RepeaterTarget(rest[..colon].Trim('[', ']'), port, isTcp)
            : throw new FormatException($"is '{text}', not HOST:PORT, udp:HOST:PORT or tcp:HOST:PORT");
    }
}
