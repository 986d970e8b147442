using System.Net.Sockets;
using System.Text;

namespace Sightline.ServerTests.Matomo;

/// <summary>One request over a socket of its own, sent and answered byte by byte.</summary>
internal sealed record RawHttp(int Status, SortedDictionary<string, string> Headers, byte[] Body)
{
    // What the server adds to every answer.
    private static readonly string[] Everywhere = ["Date", "Server", "Connection"];

    /// <param name="server">Where to connect.</param>
    /// <param name="start">Method and target: <c>GET /matomo.php?idsite=1</c>.</param>
    /// <param name="body">Sent with its length; <see langword="null"/>: no body.</param>
    /// <param name="headers">Further lines, each without its end.</param>
    public static async Task<RawHttp> SendAsync(Uri server, string start, string? body = null, params string[] headers)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(server.Host, server.Port);
        await using var stream = client.GetStream();
        var bytes = Encoding.UTF8.GetBytes(body ?? "");
        var head = new StringBuilder($"{start} HTTP/1.1\r\nHost: {server.Authority}\r\nConnection: close\r\n");
        foreach (var header in headers)
        {
            head.Append(header).Append("\r\n");
        }

        head.Append(body is null ? "\r\n" : $"Content-Length: {bytes.Length}\r\n\r\n");
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head.ToString()));
        await stream.WriteAsync(bytes);
        using var answer = new MemoryStream();
        await stream.CopyToAsync(answer);
        return Read(answer.ToArray());
    }

    /// <summary>Status, headers and body as one text, without what every answer has.</summary>
    public string Describe()
    {
        var lines = Headers.Where(h => !Everywhere.Contains(h.Key)).Select(h => $"{h.Key}: {h.Value}\n");
        return $"{Status}\n{string.Concat(lines)}";
    }

    private static RawHttp Read(byte[] answer)
    {
        var end = answer.AsSpan().IndexOf("\r\n\r\n"u8);
        var lines = Encoding.ASCII.GetString(answer, 0, end).Split("\r\n");
        var headers = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in lines.Skip(1))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            headers[line[..colon]] = line[(colon + 1)..].Trim();
        }

        return new RawHttp(int.Parse(lines[0].Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture), headers, answer[(end + 4)..]);
    }
}
