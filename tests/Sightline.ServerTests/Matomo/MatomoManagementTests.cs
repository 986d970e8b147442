using System.Text;

namespace Sightline.ServerTests.Matomo;

/// <summary>What Matomo's log importer asks before it sends lines.</summary>
public sealed class MatomoManagementTests(MatomoServer server) : IClassFixture<MatomoServer>
{
    private const string Site = """{"idsite":"1","name":"Shop","main_url":"https://shop.example.com","timezone":"UTC","currency":"EUR"}""";

    [Theory]
    [InlineData("method=SitesManager.getSiteFromId&idSite=1&token_auth=TOKEN", 200, Site)]
    [InlineData("method=SitesManager.getAllSites&token_auth=TOKEN", 200, "{\"1\":" + Site + "}")]
    [InlineData("method=SitesManager.getSitesIdFromSiteUrl&url=https%3A%2F%2Fshop.example.com&token_auth=TOKEN", 200, """[{"idsite":"1"}]""")]
    [InlineData("method=SitesManager.getSitesIdFromSiteUrl&url=a.example.org&token_auth=TOKEN", 200, """[{"idsite":"1"}]""")]
    [InlineData("method=SitesManager.getSitesIdFromSiteUrl&url=https%3A%2F%2Felsewhere.test&token_auth=TOKEN", 200, "[]")]
    [InlineData("method=SitesManager.getSiteFromId&idSite=9&token_auth=TOKEN", 400, """{"result":"error","message":"The site with id 9 was not found, or the token may not touch it."}""")]
    [InlineData("method=SitesManager.deleteSite&token_auth=TOKEN", 400, """{"result":"error","message":"This method of Matomo\u0027s API is not served here."}""")]
    [InlineData("method=SitesManager.getAllSites&token_auth=wrong", 401,
        """{"result":"error","message":"Unable to authenticate with the provided token. It is either invalid or lacks the scope ingest."}""")]
    [InlineData("method=SitesManager.getAllSites", 401,
        """{"result":"error","message":"Unable to authenticate with the provided token. It is either invalid or lacks the scope ingest."}""")]
    public async Task The_importer_learns_of_sites_with_a_token_only(string form, int status, string expected)
    {
        var body = "module=API&format=json&filter_limit=-1&" + form.Replace("TOKEN", server.Token, StringComparison.Ordinal);
        var answer = await RawHttp.SendAsync(server.Address, "POST /index.php", body);
        Assert.Equal(expected, Encoding.UTF8.GetString(answer.Body));
        Assert.Equal(status, answer.Status);
    }
}
