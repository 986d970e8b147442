using System.Globalization;
using System.Net;

namespace Sightline.Server.Receive.Lines;

/// <summary>Where a line protocol listens: <c>127.0.0.1:8125</c>, <c>[::1]:8125</c>, <c>*:8125</c>, or <c>8125</c> for loopback.</summary>
internal static class LineAddress
{
    /// <exception cref="FormatException">With words that continue "--name ...".</exception>
    public static IPEndPoint Parse(string text)
    {
        var colon = text.LastIndexOf(':');
        var host = colon < 0 ? "" : text[..colon];
        if (!int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port > IPEndPoint.MaxPort)
        {
            throw new FormatException($"is '{text}', not of the form HOST:PORT");
        }

        return host switch
        {
            "" or "localhost" => new IPEndPoint(IPAddress.Loopback, port),
            "*" => new IPEndPoint(IPAddress.IPv6Any, port),
            _ => IPAddress.TryParse(host.Trim('[', ']'), out var address)
                ? new IPEndPoint(address, port)
                : throw new FormatException($"is '{text}', not of the form HOST:PORT with an IP address, localhost or * as HOST"),
        };
    }
}
