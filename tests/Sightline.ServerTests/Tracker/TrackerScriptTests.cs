using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using Sightline.Server.Receive.EventApi;

namespace Sightline.ServerTests.Tracker;

/// <summary>The script itself and how it is served.</summary>
public sealed class TrackerScriptTests
{
    [Fact]
    public void The_tracker_is_at_most_2000_bytes_of_gzip()
    {
        var script = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "sl.js"));
        Assert.InRange(new TrackerScript(script).Gzip.Bytes.Length, 1000, 2000);
    }

    [Fact]
    public void The_tracker_needs_neither_eval_nor_a_source_map_nor_cookies()
    {
        var script = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "sl.js"));
        Assert.DoesNotContain("eval(", script, StringComparison.Ordinal);
        Assert.DoesNotContain("Function(", script, StringComparison.Ordinal);
        Assert.DoesNotContain("sourceMappingURL", script, StringComparison.Ordinal);
        Assert.DoesNotContain("cookie", script, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("", null)]
    [InlineData("deflate", null)]
    [InlineData("gzip, deflate", "gzip")]
    [InlineData("gzip, deflate, br, zstd", "br")]
    [InlineData("br;q=0, GZIP;q=0.5", "gzip")]
    [InlineData("br;q=0.0,gzip;q=0", null)]
    public async Task Each_browser_gets_the_smallest_form_it_takes(string accepts, string? encoding)
    {
        await using var server = await RecordingServer.StartAsync();
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, server.Url + "/sl.js");
        request.Headers.TryAddWithoutValidation("Accept-Encoding", accepts);
        using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
        var bytes = await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(encoding, answer.Content.Headers.ContentEncoding.SingleOrDefault());
        Assert.Equal("text/javascript; charset=utf-8", answer.Content.Headers.ContentType!.ToString());
        Assert.Equal("cross-origin", answer.Headers.GetValues("Cross-Origin-Resource-Policy").Single());
        Assert.Equal("Accept-Encoding", answer.Headers.Vary.Single());
        Assert.Equal(TimeSpan.FromHours(1), answer.Headers.CacheControl!.MaxAge);
        Assert.Equal(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "sl.js")), Unpack(bytes, encoding));
    }

    [Fact]
    public async Task A_browser_that_has_the_script_is_told_so()
    {
        await using var server = await RecordingServer.StartAsync();
        using var client = new HttpClient();
        using var first = await client.GetAsync(server.Url + "/sl.js", TestContext.Current.CancellationToken);
        using var request = new HttpRequestMessage(HttpMethod.Get, server.Url + "/sl.js");
        request.Headers.IfNoneMatch.Add(new EntityTagHeaderValue("\"older\""));
        request.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        using var second = await client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
        Assert.Equal(first.Headers.ETag, second.Headers.ETag);
        using var changed = new HttpRequestMessage(HttpMethod.Get, server.Url + "/sl.js");
        changed.Headers.IfNoneMatch.Add(new EntityTagHeaderValue("\"older\""));
        using var third = await client.SendAsync(changed, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, third.StatusCode);
    }

    [Fact]
    public async Task Head_tells_the_length_without_the_script()
    {
        await using var server = await RecordingServer.StartAsync();
        using var client = new HttpClient();
        using var answer = await client.SendAsync(new HttpRequestMessage(HttpMethod.Head, server.Url + "/sl.js"), TestContext.Current.CancellationToken);
        Assert.Equal(new FileInfo(Path.Combine(AppContext.BaseDirectory, "sl.js")).Length, answer.Content.Headers.ContentLength);
    }

    [Fact]
    public void Another_script_has_another_tag() =>
        Assert.NotEqual(new TrackerScript("a"u8.ToArray()).Plain.ETag, new TrackerScript("b"u8.ToArray()).Plain.ETag);

    private static byte[] Unpack(byte[] bytes, string? encoding)
    {
        using var source = new MemoryStream(bytes);
        using Stream stream = encoding switch
        {
            "gzip" => new GZipStream(source, CompressionMode.Decompress),
            "br" => new BrotliStream(source, CompressionMode.Decompress),
            _ => source,
        };
        using var plain = new MemoryStream();
        stream.CopyTo(plain);
        return plain.ToArray();
    }
}
