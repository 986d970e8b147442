using System.Text;

namespace Sightline.ServerTests.Matomo;

/// <summary>What a client reads back, byte by byte.</summary>
public sealed class MatomoAnswerTests(MatomoServer server) : IClassFixture<MatomoServer>
{
    private const string Get = "Cache-Control: no-store\n";
    private const string Open = "Access-Control-Allow-Credentials: true\nAccess-Control-Allow-Origin: *\n";
    private const string GifHeaders = "Content-Length: 43\nContent-Type: image/gif\n";

    private static readonly byte[] Gif = Convert.FromHexString("47494638396101000100800000000000000000" + "21F90401000000002C00000000010001000002024401003B");

    [Theory]
    [InlineData("GET /matomo.php?idsite=1&rec=1", null, "200\n" + Get + GifHeaders)]
    [InlineData("GET /piwik.php?idsite=1&rec=1", null, "200\n" + Get + GifHeaders)]
    [InlineData("POST /matomo.php?idsite=1&rec=1", "", "200\n" + Open + GifHeaders)]
    [InlineData("POST /matomo.php", "idsite=1&rec=1", "200\n" + Open + GifHeaders)]
    [InlineData("PUT /matomo.php?idsite=1&rec=1", "", "200\n" + Open + GifHeaders)]
    // Left out by Matomo, and answered as if it were not.
    [InlineData("GET /matomo.php?idsite=1", null, "200\n" + Get + GifHeaders)]
    [InlineData("GET /matomo.php?idsite=1&rec=0", null, "200\n" + Get + GifHeaders)]
    [InlineData("GET /matomo.php?idsite=1&rec=1&ping=1", null, "200\n" + Get + GifHeaders)]
    // Refused: the image still comes.
    [InlineData("GET /matomo.php?rec=1", null, "400\n" + Get + GifHeaders)]
    [InlineData("GET /matomo.php?idsite=0&rec=1", null, "400\n" + Get + GifHeaders)]
    [InlineData("GET /matomo.php?idsite=-1&rec=1", null, "400\n" + Get + GifHeaders)]
    [InlineData("GET /matomo.php?idsite=999&rec=1", null, "400\n" + Get + GifHeaders)]
    [InlineData("GET /matomo.php?idsite=1&rec=1&idgoal=99", null, "400\n" + Get + GifHeaders)]
    [InlineData("GET /matomo.php?idsite=1&rec=1&cid=abc", null, "400\n" + Get + GifHeaders)]
    [InlineData("GET /matomo.php?idsite=1&rec=1&cip=1.2.3.4", null, "400\n" + Get + GifHeaders)]
    [InlineData("GET /matomo.php?idsite=1&rec=1&cip=1.2.3.4&token_auth=wrong", null, "400\n" + Get + GifHeaders)]
    [InlineData("GET /matomo.php?idsite=1&rec=1&cdt=1500000000", null, "400\n" + Get + GifHeaders)]
    [InlineData("POST /matomo.php", "idsite=999&rec=1", "400\n" + Open + GifHeaders)]
    [InlineData("GET /matomo.php?idsite=1&idsite=999&rec=1", null, "400\n" + Get + GifHeaders)]
    [InlineData("GET /matomo.php?idsite=999&idsite=1&rec=1", null, "200\n" + Get + GifHeaders)]
    [InlineData("POST /matomo.php?idsite=1", "idsite=999&rec=1", "200\n" + Open + GifHeaders)]
    [InlineData("GET /matomo.php?idsite[]=1&rec=1", null, "400\n" + Get + GifHeaders)]
    public async Task A_hit_is_answered_with_an_image(string start, string? body, string expected)
    {
        var answer = await RawHttp.SendAsync(server.Address, start, body);
        Assert.Equal(expected, answer.Describe());
        Assert.Equal(Gif, answer.Body);
    }

    [Theory]
    [InlineData("GET /matomo.php?idsite=1&rec=1&send_image=0", null, "204\n" + Get)]
    [InlineData("POST /matomo.php?send_image=0", "idsite=1&rec=1", "204\n" + Open)]
    [InlineData("POST /matomo.php", "idsite=1&rec=1&send_image=0", "204\n" + Open)]
    // Matomo's own order of calls: the status of a refusal is overwritten.
    [InlineData("GET /matomo.php?idsite=999&rec=1&send_image=0", null, "204\n" + Get)]
    [InlineData("POST /matomo.php", """{"requests":["?idsite=1&rec=1"],"send_image":0}""", "204\n" + Open)]
    public async Task Without_an_image_the_answer_is_empty(string start, string? body, string expected)
    {
        var answer = await RawHttp.SendAsync(server.Address, start, body);
        Assert.Equal(expected, answer.Describe());
        Assert.Empty(answer.Body);
    }

    [Theory]
    [InlineData("GET /matomo.php", null, 200)]
    [InlineData("GET /matomo.php?", null, 200)]
    [InlineData("POST /matomo.php", "", 400)]
    [InlineData("POST /matomo.php", "{\"events\":[]}", 400)]
    [InlineData("OPTIONS /matomo.php", null, 400)]
    public async Task Without_parameters_the_answer_is_a_text(string start, string? body, int status)
    {
        var answer = await RawHttp.SendAsync(server.Address, start, body);
        Assert.Equal(status, answer.Status);
        Assert.Equal("text/html; charset=utf-8", answer.Headers["Content-Type"]);
        Assert.StartsWith(
            "This resource is part of Matomo. Keep full control of your data with the leading free and open source <a ", Encoding.UTF8.GetString(answer.Body), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"requests":["?idsite=1&rec=1","?idsite=1&rec=1&url=https://s.test/"]}""", 200, """{"status":"success","tracked":2,"invalid":0}""")]
    [InlineData("""{"requests":["?idsite=1&rec=1","?idsite=999&rec=1","nothing","?idsite=1&rec=1&idgoal=99",{"idsite":1,"rec":1}]}""", 200, """{"status":"success","tracked":2,"invalid":2}""")]
    [InlineData("""{"requests":["?idsite=1&rec=1","?rec=1","nothing",7],"token_auth":"TOKEN"}""", 200, """{"status":"success","tracked":1,"invalid":2,"invalid_indices":[1,2]}""")]
    [InlineData("""{"requests":["?idsite=1&rec=1&token_auth=TOKEN"]}""", 200, """{"status":"success","tracked":1,"invalid":0}""")]
    // The token over all hits wins, even when it is wrong and theirs is right.
    [InlineData("""{"requests":["?idsite=1&rec=1&cip=192.0.2.1&token_auth=TOKEN"]}""", 200, """{"status":"success","tracked":1,"invalid":0}""")]
    [InlineData("""{"requests":["?idsite=1&rec=1&cip=192.0.2.1&token_auth=TOKEN"],"token_auth":"wrong"}""", 200, """{"status":"success","tracked":0,"invalid":1}""")]
    [InlineData("""{"requests":["?idsite=1&rec=1&cip=192.0.2.1"],"token_auth":"TOKEN"}""", 200, """{"status":"success","tracked":1,"invalid":0,"invalid_indices":[]}""")]
    [InlineData("""{"requests":[]}""", 200, """{"status":"success","tracked":0,"invalid":0}""")]
    [InlineData("""{"requests":["?idsite=1&rec=1"]""", 400, """{"status":"error","tracked":0,"invalid":0}""")]
    public async Task A_bulk_is_answered_with_its_counts(string body, int status, string expected)
    {
        // As matomo.js sends it: JSON under the name of a form.
        var answer = await RawHttp.SendAsync(
            server.Address, "POST /matomo.php", body.Replace("TOKEN", server.Token, StringComparison.Ordinal), "Content-Type: application/x-www-form-urlencoded; charset=UTF-8");
        Assert.Equal(expected, Encoding.UTF8.GetString(answer.Body));
        Assert.Equal($"{status}\n{Open}Content-Length: {expected.Length}\nContent-Type: application/json\n", answer.Describe());
    }

    [Fact]
    public async Task A_browser_may_send_with_credentials_from_anywhere()
    {
        var sent = await RawHttp.SendAsync(server.Address, "POST /matomo.php", "idsite=1&rec=1&send_image=0", "Origin: https://shop.test");
        Assert.Equal("204\nAccess-Control-Allow-Credentials: true\nAccess-Control-Allow-Origin: https://shop.test\n", sent.Describe());
    }

    [Fact]
    public async Task A_preflight_is_allowed()
    {
        var plain = await RawHttp.SendAsync(server.Address, "OPTIONS /matomo.php", null, "Access-Control-Request-Method: POST");
        Assert.Equal("204\nAccess-Control-Allow-Headers: *\nAccess-Control-Allow-Methods: GET, POST\nAccess-Control-Allow-Origin: *\n", plain.Describe());
        var withOrigin = await RawHttp.SendAsync(
            server.Address, "OPTIONS /matomo.php", null, "Origin: https://shop.test", "Access-Control-Request-Method: POST", "Access-Control-Request-Headers: content-type");
        Assert.Equal(
            "204\nAccess-Control-Allow-Credentials: true\nAccess-Control-Allow-Headers: content-type\nAccess-Control-Allow-Methods: GET, POST\nAccess-Control-Allow-Origin: https://shop.test\n",
            withOrigin.Describe());
    }

    [Fact]
    public async Task A_head_request_is_tracked_and_answered_without_a_body()
    {
        var answer = await RawHttp.SendAsync(server.Address, "HEAD /matomo.php?idsite=1&rec=1");
        Assert.Equal("200\n" + Open + GifHeaders, answer.Describe());
        Assert.Empty(answer.Body);
    }
}
