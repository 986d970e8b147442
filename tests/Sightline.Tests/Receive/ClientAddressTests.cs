using System.Net;
using Microsoft.AspNetCore.Http;
using Sightline.Server.Receive;

namespace Sightline.Tests.Receive;

public sealed class ClientAddressTests
{
    [Theory]
    [InlineData("203.0.113.9", null, "203.0.113.9")]
    // Anybody can claim an address: only a trusted proxy is believed.
    [InlineData("203.0.113.9", "198.51.100.1", "203.0.113.9")]
    [InlineData("127.0.0.1", "198.51.100.1", "198.51.100.1")]
    [InlineData("127.0.0.1", "6.6.6.6, 198.51.100.1", "198.51.100.1")]
    // A chain of trusted proxies is walked from its end.
    [InlineData("127.0.0.1", "6.6.6.6, 198.51.100.1, 10.0.0.2", "198.51.100.1")]
    [InlineData("127.0.0.1", "10.0.0.1, 10.0.0.2", "10.0.0.1")]
    [InlineData("127.0.0.1", "198.51.100.1:4711", "198.51.100.1")]
    [InlineData("127.0.0.1", "[2001:db8::7]:4711", "2001:db8::7")]
    [InlineData("127.0.0.1", "2001:db8::7", "2001:db8::7")]
    [InlineData("::ffff:127.0.0.1", "::ffff:198.51.100.1", "198.51.100.1")]
    [InlineData("127.0.0.1", "6.6.6.6, unknown", "127.0.0.1")]
    [InlineData("127.0.0.1", "6.6.6.6, garbage, 10.0.0.2", "10.0.0.2")]
    [InlineData("127.0.0.1", "", "127.0.0.1")]
    public void The_last_untrusted_hop_is_the_visitor(string connection, string? forwarded, string expected)
    {
        var context = new DefaultHttpContext();
        context.Connection.RemoteIpAddress = IPAddress.Parse(connection);
        if (forwarded is not null)
        {
            context.Request.Headers["X-Forwarded-For"] = forwarded;
        }

        Assert.Equal(IPAddress.Parse(expected), New().Of(context));
    }

    [Fact]
    public void Several_header_lines_are_one_list()
    {
        var context = new DefaultHttpContext();
        context.Connection.RemoteIpAddress = IPAddress.Loopback;
        context.Request.Headers["X-Forwarded-For"] = new[] { "6.6.6.6", "198.51.100.1", "10.0.0.2" };
        Assert.Equal(IPAddress.Parse("198.51.100.1"), New().Of(context));
    }

    [Theory]
    [InlineData("10.0.0.0/8")]
    [InlineData("192.0.2.1")]
    [InlineData("2001:db8::/32")]
    public void Addresses_and_ranges_are_read(string text) => Assert.StartsWith(text.Split('/')[0], ClientAddress.Parse(text).ToString(), StringComparison.Ordinal);

    [Theory]
    [InlineData("10.0.0.0/99")]
    [InlineData("localhost")]
    [InlineData("")]
    public void Anything_else_is_refused(string text) => Assert.Throws<FormatException>(() => ClientAddress.Parse(text));

    private static ClientAddress New() => new([ClientAddress.Parse("127.0.0.0/8"), ClientAddress.Parse("10.0.0.0/8")]);
}
