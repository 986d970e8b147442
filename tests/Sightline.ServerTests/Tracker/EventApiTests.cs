using System.IO.Compression;
using System.Net.Http.Headers;
using System.Text;
using Sightline.Core.Model;
using Sightline.Server.Receive;

namespace Sightline.ServerTests.Tracker;

/// <summary>Golden answers of the event API, and what of each request reaches the log.</summary>
public sealed class EventApiTests
{
    [Theory]
    [InlineData("""{"key":"KEY","name":"signup"}""", """{"accepted":1,"dropped":[]}""")]
    [InlineData("""[{"key":"KEY","name":"a"},{"name":"b"}]""", """{"accepted":2,"dropped":[]}""")]
    [InlineData("""[{"key":"KEY","name":"a"},{"name":"pageview","url":"x:"},7]""", """{"accepted":1,"dropped":[{"index":1,"reason":"bad_url","field":"url"},{"index":2,"reason":"malformed"}]}""")]
    [InlineData("""{"key":"KEY"}""", """{"accepted":0,"dropped":[{"index":0,"reason":"missing_field","field":"name"}]}""")]
    [InlineData("""[{"key":"KEY","name":"a"},{"key":"elsewhere","name":"b"}]""", """{"accepted":1,"dropped":[{"index":1,"reason":"other_key","field":"key"}]}""")]
    public async Task Takes_a_request_and_says_what_it_took(string body, string expected)
    {
        await using var server = await EventApiServer.StartAsync();
        var (status, answer, message) = await server.PostAsync(body);
        Assert.Equal((202, expected), (status, answer));
        Assert.Equal("application/json; charset=utf-8", message.Content.Headers.ContentType!.ToString());
        var (project, batch) = Assert.Single(server.Stored());
        Assert.Equal(server.Project.Id, project);
        Assert.Contains($"\"accepted\":{batch.Events.Count},", expected, StringComparison.Ordinal);
        Assert.Equal(expected.Split("\"index\"").Length - 1, batch.Drops.Sum(drop => (int)drop.Count));
        Assert.Equal(batch.Events.Count + batch.Drops.Count, server.Counters.AcceptedBy(ReceivedBy.EventApi));
    }

    [Theory]
    [InlineData("", 400, "not_json")]
    [InlineData("""{"key":"KEY","name":"a" """, 400, "not_json")]
    [InlineData("a=b&c=d", 400, "not_json")]
    [InlineData("[]", 400, "not_events")]
    [InlineData("""{"name":"a"}""", 401, "unknown_key")]
    [InlineData("""{"key":"","name":"a"}""", 401, "unknown_key")]
    [InlineData("""{"key":"Key12345678901234","name":"a"}""", 401, "unknown_key")]
    public async Task Refuses_a_request_and_takes_nothing(string body, int expectedStatus, string expectedError)
    {
        await using var server = await EventApiServer.StartAsync();
        var (status, answer, message) = await server.PostAsync(body);
        Assert.Equal(expectedStatus, status);
        Assert.StartsWith($"{{\"error\":\"{expectedError}\",\"message\":\"", answer, StringComparison.Ordinal);
        Assert.Equal("application/json; charset=utf-8", message.Content.Headers.ContentType!.ToString());
        Assert.Empty(server.Stored());
        var reason = expectedStatus == 401 ? RejectReason.UnknownKey : RejectReason.Malformed;
        Assert.Equal(1, server.Counters.RejectedBy(ReceivedBy.EventApi, reason));
    }

    [Fact]
    public async Task The_request_itself_tells_address_browser_and_language()
    {
        await using var server = await EventApiServer.StartAsync();
        await server.PostAsync("""{"key":"KEY","name":"a"}""", request =>
        {
            request.Headers.UserAgent.ParseAdd("Mozilla/5.0");
            request.Headers.AcceptLanguage.ParseAdd("de-DE");
            request.Headers.Add("X-Forwarded-For", "203.0.113.9");
            request.Headers.Add("Sec-Purpose", "prefetch;prerender");
        });
        var batch = Assert.Single(server.Stored()).Batch;
        Assert.Equal(("203.0.113.9", "Mozilla/5.0", "de-DE", 1_795_341_600_000), (batch.ClientIp, batch.UserAgent, batch.Language, batch.ReceivedMs));
        Assert.Equal(ReceivedBy.EventApi, batch.ReceivedBy);
        Assert.Equal(IncomingFlags.Prefetch, batch.Events[0].Flags);
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("image/png")]
    [InlineData(null)]
    public async Task The_content_type_does_not_matter(string? type)
    {
        await using var server = await EventApiServer.StartAsync();
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes($$"""{"key":"{{server.Project.PublicKey}}","name":"a"}"""));
        content.Headers.ContentType = type is null ? null : new MediaTypeHeaderValue(type);
        Assert.Equal(202, (await server.PostAsync(content)).Status);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    [InlineData("br")]
    public async Task Packed_bodies_are_unpacked_and_bombs_refused(string encoding)
    {
        await using var server = await EventApiServer.StartAsync();
        Assert.Equal(202, (await server.PostAsync(Packed(encoding, $$"""{"key":"{{server.Project.PublicKey}}","name":"a"}"""))).Status);
        var (status, answer, _) = await server.PostAsync(Packed(encoding, "[" + new string(' ', 20 * 1024 * 1024)));
        Assert.Equal(413, status);
        Assert.StartsWith("{\"error\":\"too_large\"", answer, StringComparison.Ordinal);
        var noise = new byte[500];
        new Random(1).NextBytes(noise);
        var broken = new ByteArrayContent(noise);
        broken.Headers.ContentEncoding.Add(encoding);
        (status, answer, _) = await server.PostAsync(broken);
        Assert.Equal(400, status);
        Assert.StartsWith("{\"error\":\"malformed\"", answer, StringComparison.Ordinal);
        Assert.Single(server.Stored());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_body_has_a_limit_of_one_mebibyte_whether_it_tells_its_length_or_not(bool chunked)
    {
        await using var server = await EventApiServer.StartAsync();
        var body = $$"""{"key":"{{server.Project.PublicKey}}","name":"a"}""";
        Assert.Equal(202, (await server.PostAsync(new StringContent(body.PadRight(1024 * 1024)), Chunk)).Status);
        var (status, answer, _) = await server.PostAsync(new StringContent(body.PadRight((1024 * 1024) + 1)), Chunk);
        Assert.Equal(413, status);
        Assert.StartsWith("{\"error\":\"too_large\"", answer, StringComparison.Ordinal);
        Assert.Equal(1, server.Counters.RejectedBy(ReceivedBy.EventApi, RejectReason.TooLarge));

        void Chunk(HttpRequestMessage request) => request.Headers.TransferEncodingChunked = chunked;
    }

    [Fact]
    public async Task More_than_a_thousand_events_are_refused()
    {
        await using var server = await EventApiServer.StartAsync();
        var (status, answer, _) = await server.PostAsync("[" + string.Join(',', Enumerable.Repeat("""{"key":"KEY","name":"a"}""", 1001)) + "]");
        Assert.Equal(413, status);
        Assert.StartsWith("{\"error\":\"too_many_events\"", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_project_that_sends_too_fast_is_told_when_to_come_again()
    {
        await using var server = await EventApiServer.StartAsync(eventsPerSecond: 1);
        var last = await server.PostAsync("""{"key":"KEY","name":"a"}""");
        for (var i = 0; i < 10; i++)
        {
            last = await server.PostAsync("""{"key":"KEY","name":"a"}""");
        }

        Assert.Equal(429, last.Status);
        Assert.StartsWith("{\"error\":\"rate_limited\"", last.Body, StringComparison.Ordinal);
        Assert.Equal("1", last.Answer.Headers.GetValues("Retry-After").Single());
        Assert.Equal(10, server.Stored().Count);
    }

    [Fact]
    public async Task A_server_that_stops_says_so()
    {
        await using var server = await EventApiServer.StartAsync();
        server.Gate.Close();
        var (status, body, answer) = await server.PostAsync("""{"key":"KEY","name":"a"}""");
        Assert.Equal(503, status);
        Assert.StartsWith("{\"error\":\"busy\"", body, StringComparison.Ordinal);
        Assert.Equal("5", answer.Headers.GetValues("Retry-After").Single());
    }

    [Fact]
    public async Task Every_origin_is_answered_by_its_name_with_credentials_also_when_refused()
    {
        await using var server = await EventApiServer.StartAsync();
        foreach (var body in new[] { """{"key":"KEY","name":"a"}""", "x" })
        {
            var (_, _, answer) = await server.PostAsync(body, request => request.Headers.Add("Origin", "https://shop.test"));
            Assert.Equal("https://shop.test", answer.Headers.GetValues("Access-Control-Allow-Origin").Single());
            Assert.Equal("true", answer.Headers.GetValues("Access-Control-Allow-Credentials").Single());
            Assert.Contains("Origin", answer.Headers.Vary);
        }

        var plain = (await server.PostAsync("""{"key":"KEY","name":"a"}""")).Answer;
        Assert.False(plain.Headers.Contains("Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task A_preflight_is_granted()
    {
        await using var server = await EventApiServer.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Options, server.Url);
        request.Headers.Add("Origin", "https://shop.test");
        request.Headers.Add("Access-Control-Request-Method", "POST");
        request.Headers.Add("Access-Control-Request-Headers", "content-type");
        using var answer = await server.Client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(204, (int)answer.StatusCode);
        Assert.Equal("https://shop.test", answer.Headers.GetValues("Access-Control-Allow-Origin").Single());
        Assert.Equal("true", answer.Headers.GetValues("Access-Control-Allow-Credentials").Single());
        Assert.Equal("POST", answer.Headers.GetValues("Access-Control-Allow-Methods").Single());
        Assert.Equal("content-type", answer.Headers.GetValues("Access-Control-Allow-Headers").Single());
        Assert.Equal("86400", answer.Headers.GetValues("Access-Control-Max-Age").Single());
    }

    [Fact]
    public async Task Other_methods_are_not_allowed()
    {
        await using var server = await EventApiServer.StartAsync();
        using var answer = await server.Client.GetAsync(server.Url, TestContext.Current.CancellationToken);
        Assert.Equal(405, (int)answer.StatusCode);
    }

    private static ByteArrayContent Packed(string encoding, string text)
    {
        using var packed = new MemoryStream();
        using (Stream stream = encoding switch
        {
            "gzip" => new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true),
            "deflate" => new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true),
            _ => new BrotliStream(packed, CompressionLevel.Fastest, leaveOpen: true),
        })
        {
            stream.Write(Encoding.UTF8.GetBytes(text));
        }

        var content = new ByteArrayContent(packed.ToArray());
        content.Headers.ContentEncoding.Add(encoding);
        return content;
    }
}
