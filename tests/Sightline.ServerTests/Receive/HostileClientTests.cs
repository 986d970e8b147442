using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Sightline.Core.Model;

namespace Sightline.ServerTests.Receive;

/// <summary>Clients that are slow, silent or half gone must cost nobody else anything.</summary>
public sealed class HostileClientTests
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_thousand_trickling_connections_slow_nobody_and_are_cut_off()
    {
        await using var server = await ServerUnderTest.StartAsync();
        var project = server.AddProject();
        var slow = new List<Socket>();
        try
        {
            for (var i = 0; i < 1000; i++)
            {
                var socket = await ConnectAsync(server);
                // A third stops within the request line, a third within the headers, a third within the body.
                var start = (i % 3) switch
                {
                    0 => "POST /api/ev",
                    1 => "POST /api/event HTTP/1.1\r\nHost: x\r\nX-Slow: ",
                    _ => "POST /api/event HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\n\r\n{\"key\":",
                };
                await socket.SendAsync(Encoding.ASCII.GetBytes(start), Cancel);
                slow.Add(socket);
            }

            var worst = TimeSpan.Zero;
            for (var i = 0; i < 200; i++)
            {
                var clock = Stopwatch.GetTimestamp();
                Assert.Equal(HttpStatusCode.Accepted, await PostAsync(server, project));
                worst = Max(worst, Stopwatch.GetElapsedTime(clock));
            }

            Assert.True(worst < TimeSpan.FromSeconds(2), $"a good client waited {worst.TotalMilliseconds} ms");
            await server.DrainAsync();
            Assert.Equal(200, server.Path.Counters.AcceptedBy(ReceivedBy.EventApi));

            using var timeout = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
            timeout.CancelAfter(TimeSpan.FromSeconds(40));
            foreach (var socket in slow)
            {
                await ReadToEndAsync(socket, timeout.Token);
            }
        }
        finally
        {
            slow.ForEach(socket => socket.Dispose());
        }
    }

    [Fact]
    public async Task Clients_that_vanish_in_the_middle_leave_nothing_behind()
    {
        await using var server = await ServerUnderTest.StartAsync();
        var project = server.AddProject();
        var whole = Request(project);
        for (var cut = 1; cut < whole.Length; cut += 7)
        {
            using var socket = await ConnectAsync(server);
            await socket.SendAsync(whole.AsMemory(0, cut), Cancel);
            // Half the clients reset the connection, half close it.
            socket.LingerState = new LingerOption(cut % 2 == 0, 0);
        }

        Assert.Equal(HttpStatusCode.Accepted, await PostAsync(server, project));
        await server.DrainAsync();
        Assert.Equal(1, server.Path.Counters.AcceptedBy(ReceivedBy.EventApi));
        Assert.Equal(1, await server.StoredEventsAsync());
    }

    [Theory]
    [InlineData("POST /api/event HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\n\r\n{\"key\":")]
    [InlineData("POST /api/event HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"ke")]
    [InlineData("POST /matomo.php HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\n\r\nidsite=1")]
    [InlineData("POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 5000\r\n\r\nemail=a")]
    [InlineData("POST /api/v1/query HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n{")]
    [InlineData("POST /api/event HTTP/1.1\r\nHost: x\r\nContent-Length: 5000000\r\n\r\n{")]
    public async Task Who_leaves_in_the_middle_of_a_body_leaves_no_line_in_the_log(string start)
    {
        await using var server = await ServerUnderTest.StartLocalAsync();
        var project = server.AddProject();
        using var log = new KeptLog();
        server.Services.GetRequiredService<ILoggerFactory>().AddProvider(log);
        for (var client = 0; client < 60; client++)
        {
            using var socket = await ConnectAsync(server);
            await socket.SendAsync(Encoding.Latin1.GetBytes(start), Cancel);
            // Some end their half and listen on, some reset the connection, some close it.
            switch (client % 3)
            {
                case 0:
                    socket.Shutdown(SocketShutdown.Send);
                    await ReadToEndAsync(socket, Cancel);
                    break;
                case 1:
                    socket.LingerState = new LingerOption(true, 0);
                    break;
            }
        }

        Assert.Equal(HttpStatusCode.Accepted, await PostAsync(server, project));
        // A connection's own end comes after all else: with the server stopped it has been.
        await server.RestartAsync();
        Assert.Empty(log.Warnings);
    }

    [Theory]
    [InlineData("GET /api/event?" + "{REPEAT:a=1&}" + " HTTP/1.1\r\nHost: x\r\n\r\n")]
    [InlineData("GET / HTTP/9.9\r\n\r\n")]
    [InlineData("\0\0\0\0\r\n\r\n")]
    [InlineData("POST /api/event HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n")]
    [InlineData("POST /api/event HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nZZZ\r\n")]
    [InlineData("POST /api/event HTTP/1.1\r\nHost: x\r\n{REPEAT:X-A: b\r\n}\r\n")]
    public async Task Broken_http_is_refused_and_the_next_client_served(string request)
    {
        await using var server = await ServerUnderTest.StartAsync();
        var project = server.AddProject();
        using var socket = await ConnectAsync(server);
        try
        {
            await socket.SendAsync(Expand(request), Cancel);
            var answer = Encoding.ASCII.GetString(await ReadToEndAsync(socket, Cancel));
            Assert.Matches("^HTTP/1.1 (4..|505) ", answer);
        }
        catch (SocketException)
        {
            // Refused in the middle of the request: the connection is reset before the answer could be read.
        }

        Assert.Equal(HttpStatusCode.Accepted, await PostAsync(server, project));
    }

    private static byte[] Expand(string request)
    {
        var start = request.IndexOf("{REPEAT:", StringComparison.Ordinal);
        if (start < 0)
        {
            return Encoding.Latin1.GetBytes(request);
        }

        var end = request.IndexOf('}', start);
        var text = new StringBuilder(request[..start]);
        text.Insert(text.Length, request[(start + 8)..end], 100_000);
        return Encoding.Latin1.GetBytes(text.Append(request[(end + 1)..]).ToString());
    }

    private static byte[] Request(Project project)
    {
        var body = $$"""{"key":"{{project.PublicKey}}","name":"pageview","url":"https://shop.example/"}""";
        return Encoding.ASCII.GetBytes(
            $"POST /api/event HTTP/1.1\r\nHost: x\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0\r\nConnection: close\r\nContent-Length: {body.Length}\r\n\r\n{body}");
    }

    private static async Task<HttpStatusCode> PostAsync(ServerUnderTest server, Project project)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/event")
        {
            Content = new StringContent($$"""{"key":"{{project.PublicKey}}","name":"pageview","url":"https://shop.example/"}"""),
        };
        request.Headers.TryAddWithoutValidation("User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0");
        using var response = await server.Client.SendAsync(request, Cancel);
        return response.StatusCode;
    }

    private static async Task<Socket> ConnectAsync(ServerUnderTest server)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, server.Address.Port, Cancel);
        return socket;
    }

    private static async Task<byte[]> ReadToEndAsync(Socket socket, CancellationToken cancellationToken)
    {
        var all = new List<byte>();
        var buffer = new byte[4096];
        while (true)
        {
            try
            {
                var read = await socket.ReceiveAsync(buffer, cancellationToken);
                if (read == 0)
                {
                    return [.. all];
                }

                all.AddRange(buffer.AsSpan(0, read));
            }
            catch (SocketException) when (all.Count > 0)
            {
                return [.. all];
            }
            catch (SocketException exception) when (exception.SocketErrorCode == SocketError.ConnectionReset)
            {
                return [];
            }
        }
    }

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
