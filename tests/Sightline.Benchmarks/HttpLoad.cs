using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Sightline.Benchmarks;

/// <summary>
/// A closed-loop HTTP/1.1 load generator on raw sockets: each connection sends a prepared request, reads the whole answer, sends the next.
/// It costs a fraction of what a general client costs, so that on a small machine the server is what is measured.
/// </summary>
internal static class HttpLoad
{
    /// <param name="Connections">Kept open throughout.</param>
    /// <param name="Requests">Answered in all, with those of the warming up.</param>
    public sealed record Outcome(int Connections, long Requests, double PerSecond, double P50Ms, double P99Ms, double MaxMs, long Failures, string? FirstFailure);

    /// <param name="port">On 127.0.0.1.</param>
    /// <param name="connections">Kept open throughout.</param>
    /// <param name="duration">Measured time, after a fifth of it to warm up.</param>
    /// <param name="request">Request number n of a connection, whole: head and body.</param>
    public static async Task<Outcome> RunAsync(int port, int connections, TimeSpan duration, Func<int, long, byte[]> request)
    {
        var clock = Stopwatch.StartNew();
        var warm = duration / 5;
        var end = warm + duration;
        var latencies = new List<float>[connections];
        long failures = 0;
        long requests = 0;
        string? first = null;
        async Task OneAsync(int index)
        {
            var mine = latencies[index] = new List<float>(1 << 16);
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(IPAddress.Loopback, port);
            var buffer = new byte[16 * 1024];
            long n = 0;
            for (; clock.Elapsed < end; n++)
            {
                var bytes = request(index, n);
                var started = clock.Elapsed;
                await socket.SendAsync(bytes);
                var status = await ReadAnswerAsync(socket, buffer);
                if (status is < 200 or > 299)
                {
                    Interlocked.Increment(ref failures);
                    first ??= $"status {status}";
                    if (status == 0)
                    {
                        return;
                    }
                }
                else if (started >= warm)
                {
                    mine.Add((float)(clock.Elapsed - started).TotalMilliseconds);
                }
            }

            Interlocked.Add(ref requests, n);
        }

        await Task.WhenAll(Enumerable.Range(0, connections).Select(index => Task.Run(() => OneAsync(index))));
        var all = latencies.SelectMany(list => list).Order().ToArray();
        return all.Length == 0
            ? new Outcome(connections, requests, 0, 0, 0, 0, failures, first)
            : new Outcome(connections, requests, all.Length / duration.TotalSeconds, all[all.Length / 2], all[(int)(all.Length * 0.99)], all[^1], failures, first);
    }

    /// <summary>A POST of <paramref name="body"/> as a beacon sends it.</summary>
    public static byte[] Post(string path, byte[] body) =>
    [
        .. Encoding.ASCII.GetBytes(
            $"POST {path} HTTP/1.1\r\nHost: localhost\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0\r\n" +
            $"Accept-Language: en-GB,en;q=0.7\r\nContent-Type: text/plain\r\nContent-Length: {body.Length}\r\n\r\n"),
        .. body,
    ];

    private static async Task<int> ReadAnswerAsync(Socket socket, byte[] buffer)
    {
        var have = 0;
        while (true)
        {
            var read = await socket.ReceiveAsync(buffer.AsMemory(have));
            if (read == 0)
            {
                return 0;
            }

            have += read;
            var head = buffer.AsSpan(0, have).IndexOf("\r\n\r\n"u8);
            if (head < 0)
            {
                continue;
            }

            var status = ((buffer[9] - '0') * 100) + ((buffer[10] - '0') * 10) + (buffer[11] - '0');
            if (have >= head + 4 + BodyLength(buffer.AsSpan(0, head), buffer.AsSpan(head + 4, have - head - 4)))
            {
                return status;
            }
        }
    }

    private static int BodyLength(ReadOnlySpan<byte> head, ReadOnlySpan<byte> body)
    {
        var at = head.IndexOf("Content-Length: "u8);
        if (at >= 0)
        {
            return System.Buffers.Text.Utf8Parser.TryParse(head[(at + 16)..], out int length, out _) ? length : 0;
        }

        // Chunked: the last chunk ends the answer.
        return head.IndexOf("chunked"u8) >= 0 && !body.EndsWith("0\r\n\r\n"u8) ? int.MaxValue / 2 : 0;
    }
}
