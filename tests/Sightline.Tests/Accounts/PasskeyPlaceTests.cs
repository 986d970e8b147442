using Microsoft.AspNetCore.Http;
using Sightline.Server;
using Sightline.Server.Features.Accounts;

namespace Sightline.Tests.Accounts;

public sealed class PasskeyPlaceTests
{
    [Theory]
    [InlineData(null, "http", "localhost:8600", null)]
    [InlineData(null, "http", "127.0.0.1:8600", "address with https")]
    [InlineData(null, "https", "stats.example.com", "address with https")]
    [InlineData("https://stats.example.com", "https", "stats.example.com", null)]
    [InlineData("https://stats.example.com", "https", "localhost:8600", "own address only")]
    [InlineData("https://stats.example.com:8443", "https", "stats.example.com", "own address only")]
    [InlineData("http://stats.example.com", "http", "stats.example.com", "need https")]
    [InlineData("http://localhost:8600", "http", "localhost:8600", null)]
    [InlineData("https://192.0.2.7", "https", "192.0.2.7", "host name")]
    public void Passkeys_work_where_browsers_bind_them_to_our_name(string? url, string scheme, string host, string? why)
    {
        var obstacle = new PasskeyPlace(new ServeOptions { Data = "data", PublicUrl = url }).Obstacle(Asking(scheme, host));
        if (why is null)
        {
            Assert.Null(obstacle);
        }
        else
        {
            Assert.Contains(why, obstacle, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("https://stats.example.com", true)]
    [InlineData("http://stats.example.com", false)]
    [InlineData("https://stats.example.com:444", false)]
    [InlineData("https://stats.example.com.evil.example", false)]
    [InlineData("https://evil.stats.example.com", false)]
    [InlineData("", false)]
    public void Only_our_own_pages_sign_for_us(string origin, bool isOurs)
    {
        var place = new PasskeyPlace(new ServeOptions { Data = "data", PublicUrl = "https://stats.example.com" });
        Assert.Equal("stats.example.com", place.Domain);
        Assert.Equal(isOurs, place.IsOurs(origin, Asking("https", "stats.example.com")));
    }

    private static DefaultHttpContext Asking(string scheme, string host) => new() { Request = { Scheme = scheme, Host = new HostString(host) } };
}
