using System.Text;
using Sightline.Core.Wire.AccessLog;

namespace Sightline.Tests.Wire.AccessLog;

public sealed class NcsaTests
{
    private const string Head = "192.0.2.7 - - [17/May/2015:10:05:03 +0000] ";
    private const string T = "2015-05-17T10:05:03.000";

    public static TheoryData<string, string> Parses => new()
    {
        // common, combined, and what is optional in them
        { Head + "\"GET /a HTTP/1.1\" 200 12", $"pageview {T} /a 192.0.2.7 [] [] AnyHost" },
        { Head + "\"GET /a HTTP/1.1\" 200 -", $"pageview {T} /a 192.0.2.7 [] [] AnyHost" },
        { Head + "\"GET /a HTTP/1.1\" 200 12 \"http://ref.example/?q=1\" \"Mozilla/5.0 (X11)\"", $"pageview {T} /a 192.0.2.7 [http://ref.example/?q=1] [Mozilla/5.0 (X11)] AnyHost" },
        { Head + "\"GET /a HTTP/1.1\" 200 12 \"-\" \"-\"", $"pageview {T} /a 192.0.2.7 [] [] AnyHost" },
        { Head + "\"GET /a HTTP/1.1\" 200 12 \"\" \"\"", $"pageview {T} /a 192.0.2.7 [] [] AnyHost" },
        { Head + "\"POST /a?b=c&d=%20 HTTP/2.0\" 200 12 \"-\" \"UA\" \"203.0.113.9\" 0.003", $"pageview {T} /a?b=c&d=%20 192.0.2.7 [] [UA] AnyHost" },
        // virtual host in front, with and without port; Debian's other_vhosts_access.log
        { "www.example.com:443 " + Head + "\"GET /a HTTP/1.1\" 200 12 \"-\" \"UA\"", $"pageview {T} https://www.example.com/a 192.0.2.7 [] [UA]" },
        { "www.example.com:80 " + Head + "\"GET /a HTTP/1.1\" 200 12 \"-\" \"UA\"", $"pageview {T} http://www.example.com/a 192.0.2.7 [] [UA]" },
        { "www.example.com " + Head + "\"GET /a HTTP/1.1\" 200 12", $"pageview {T} https://www.example.com/a 192.0.2.7 [] []" },
        { "_ " + Head + "\"GET /a HTTP/1.1\" 200 12", $"pageview {T} /a 192.0.2.7 [] [] AnyHost" },
        { "10.0.0.1:8080 " + Head + "\"GET /a HTTP/1.1\" 200 12", $"pageview {T} https://10.0.0.1/a 192.0.2.7 [] []" },
        { "[2001:db8::1]:443 2001:db8::2 - - [17/May/2015:10:05:03 +0000] \"GET /a HTTP/1.1\" 200 12", $"pageview {T} https://[2001:db8::1]/a 2001:db8::2 [] []" },
        { "www.example.com:443 client.example.net - - [17/May/2015:10:05:03 +0000] \"GET /a HTTP/1.1\" 200 12", $"pageview {T} https://www.example.com/a client.example.net [] []" },
        // who: IPv6, a name, users with blanks and brackets
        { "2001:db8::7 - - [17/May/2015:10:05:03 +0000] \"GET /a HTTP/1.1\" 200 1", $"pageview {T} /a 2001:db8::7 [] [] AnyHost" },
        { "::ffff:192.0.2.7 - - [17/May/2015:10:05:03 +0000] \"GET /a HTTP/1.1\" 200 1", $"pageview {T} /a ::ffff:192.0.2.7 [] [] AnyHost" },
        { "client.example.net - bob [17/May/2015:10:05:03 +0000] \"GET /a HTTP/1.1\" 200 1", $"pageview {T} /a client.example.net [] [] AnyHost" },
        { "192.0.2.7 - Bob [x] Smith [17/May/2015:10:05:03 +0000] \"GET /a HTTP/1.1\" 200 1", $"pageview {T} /a 192.0.2.7 [] [] AnyHost" },
        // when: zones, fractions, leap seconds
        { "192.0.2.7 - - [17/May/2015:12:35:03 +0230] \"GET /a HTTP/1.1\" 200 1", $"pageview {T} /a 192.0.2.7 [] [] AnyHost" },
        { "192.0.2.7 - - [17/May/2015:03:05:03 -0700] \"GET /a HTTP/1.1\" 200 1", $"pageview {T} /a 192.0.2.7 [] [] AnyHost" },
        { "192.0.2.7 - - [17/May/2015:10:05:03.250 +0000] \"GET /a HTTP/1.1\" 200 1", "pageview 2015-05-17T10:05:03.250 /a 192.0.2.7 [] [] AnyHost" },
        { "192.0.2.7 - - [30/Jun/2015:23:59:60 +0000] \"GET /a HTTP/1.1\" 200 1", "pageview 2015-06-30T23:59:59.000 /a 192.0.2.7 [] [] AnyHost" },
        { "192.0.2.7 - - [29/Feb/2016:00:00:00 +0000] \"GET /a HTTP/1.1\" 200 1", "pageview 2016-02-29T00:00:00.000 /a 192.0.2.7 [] [] AnyHost" },
        // what: blanks in paths, HTTP/0.9, absolute URLs, doubled blanks between fields
        { Head + "\"GET /a b c HTTP/1.1\" 200 1", $"pageview {T} /a%20b%20c 192.0.2.7 [] [] AnyHost" },
        { Head + "\"GET /a\" 200 1", $"pageview {T} /a 192.0.2.7 [] [] AnyHost" },
        { Head + "\"GET http://Shop.example:8080/a?b HTTP/1.1\" 200 1", $"pageview {T} http://Shop.example/a?b 192.0.2.7 [] []" },
        { "www.example.com:443 " + Head + "\"GET HTTPS://other.example/a HTTP/1.1\" 200 1", $"pageview {T} https://www.example.com/a 192.0.2.7 [] []" },
        { Head + "\"GET http://shop.example HTTP/1.1\" 200 1", $"pageview {T} http://shop.example/ 192.0.2.7 [] []" },
        { "192.0.2.7  -  -  [17/May/2015:10:05:03 +0000]  \"GET /a HTTP/1.1\"  200  1  \"-\"  \"UA\"", $"pageview {T} /a 192.0.2.7 [] [UA] AnyHost" },
        // escapes: Apache's, nginx's, and servers that escape nothing
        { Head + "\"GET /a\\\"b HTTP/1.1\" 200 1 \"-\" \"a \\\"quoted\\\" agent \\\\\"", $"pageview {T} /a\"b 192.0.2.7 [] [a \"quoted\" agent \\] AnyHost" },
        { Head + "\"GET /\\xC3\\xA4\\x22 HTTP/1.1\" 200 1 \"-\" \"\\xE2\\x9C\\x93\\x0A\"", $"pageview {T} /ä\" 192.0.2.7 [] [✓ ] AnyHost" },
        { Head + "\"GET /a HTTP/1.1\" 200 1 \"-\" \"an \"unescaped\"-agent\"", $"pageview {T} /a 192.0.2.7 [] [an \"unescaped\"-agent] AnyHost" },
        { Head + "\"GET /\\x00\\x7f HTTP/1.1\" 200 1", $"pageview {T} /%00%7F 192.0.2.7 [] [] AnyHost" },
        { Head + "\"GET /\\xZZ\\x HTTP/1.1\" 200 1", $"pageview {T} /xZZx 192.0.2.7 [] [] AnyHost" },
        { Head + "\"GET /\\xff HTTP/1.1\" 200 1", $"pageview {T} /\uFFFD 192.0.2.7 [] [] AnyHost" },
        // downloads, and what looks like one
        { Head + "\"GET /f.PDF?x=.css HTTP/1.1\" 200 1", $"download {T} /f.PDF?x=.css 192.0.2.7 [] [] AnyHost" },
        { Head + "\"GET /f.pdf HTTP/1.1\" 304 0", $"download {T} /f.pdf 192.0.2.7 [] [] AnyHost" },
        { Head + "\"GET /v1.2/page HTTP/1.1\" 304 0", $"pageview {T} /v1.2/page 192.0.2.7 [] [] AnyHost" },
        { Head + "\"GET /index.php/a.b HTTP/1.1\" 201 0", $"pageview {T} /index.php/a.b 192.0.2.7 [] [] AnyHost" },
        { Head + "\"GET /page?file=x.png HTTP/1.1\" 200 0", $"pageview {T} /page?file=x.png 192.0.2.7 [] [] AnyHost" },
    };

    public static TheoryData<string, string> Rejects => new()
    {
        { Head + "\"GET /a.css HTTP/1.1\" 200 1", "StaticFile" },
        { Head + "\"GET /a.JS?v=3 HTTP/1.1\" 304 0", "StaticFile" },
        { Head + "\"GET /robots.txt HTTP/1.1\" 200 1", "StaticFile" },
        { Head + "\"GET /.well-known/acme-challenge/x HTTP/1.1\" 200 1", "StaticFile" },
        { Head + "\"GET /f.pdf HTTP/1.1\" 206 1", "StaticFile" },
        { Head + "\"GET /a HTTP/1.1\" 404 1", "HttpError" },
        { Head + "\"GET /a.css HTTP/1.1\" 500 1", "HttpError" },
        { Head + "\"HEAD /a HTTP/1.1\" 503 1", "HttpError" },
        { Head + "\"GET /a HTTP/1.1\" 101 1", "HttpError" },
        { Head + "\"GET /a HTTP/1.1\" 000 1", "HttpError" },
        { Head + "\"\\x16\\x03\\x01\\x02\" 400 150 \"-\" \"-\"", "HttpError" },
        { Head + "\"-\" 408 - \"-\" \"-\"", "HttpError" },
        { Head + "\"GET /a HTTP/1.1\" 301 1", "Redirect" },
        { Head + "\"GET /a.css HTTP/1.1\" 302 1", "Redirect" },
        { Head + "\"HEAD /a HTTP/1.1\" 200 0", "Method" },
        { Head + "\"OPTIONS * HTTP/1.1\" 200 0", "Method" },
        { Head + "\"PROPFIND /a HTTP/1.1\" 207 0", "Method" },
        { Head + "\"CONNECT mail.example:25 HTTP/1.1\" 200 0", "Method" },
        { Head + "\"get /a HTTP/1.1\" 200 0", "Method" },
        { Head + "\"GET a HTTP/1.1\" 200 0", "BadUrl" },
        { Head + "\"GET * HTTP/1.1\" 200 0", "BadUrl" },
        { Head + "\"GET http:///a HTTP/1.1\" 200 0", "BadUrl" },
        { Head + "\"GET ftp://example.com/a HTTP/1.1\" 200 0", "BadUrl" },
        { Head + "\"\\x16\\x03\" 200 0", "Malformed" },
        { Head + "\"\" 200 0", "Malformed" },
        { Head + "\"GET\" 200 0", "Malformed" },
        { Head + "\"GET HTTP/1.1\" 200 0", "Malformed" },
        { Head + "\"GET /a HTTP/1.1\" 2000 0", "Malformed" },
        { Head + "\"GET /a HTTP/1.1\" abc 0", "Malformed" },
        { Head + "\"GET /a HTTP/1.1", "Malformed" },
        { Head + "\"GET /a HTTP/1.1\" 200 1 \"-\"", "Malformed" },
        { Head + "\"GET /a HTTP/1.1\" 200 1 \"-\" \"cut", "Malformed" },
        { Head.TrimEnd(), "Malformed" },
        { "192.0.2.7 [17/May/2015:10:05:03 +0000] \"GET /a HTTP/1.1\" 200 1", "Malformed" },
        { "192.0.2.7 - - [31/Feb/2015:10:05:03 +0000] \"GET /a HTTP/1.1\" 200 1", "Malformed" },
        { "192.0.2.7 - - [17/Mai/2015:10:05:03 +0000] \"GET /a HTTP/1.1\" 200 1", "Malformed" },
        { "192.0.2.7 - - [17/May/2015:24:05:03 +0000] \"GET /a HTTP/1.1\" 200 1", "Malformed" },
        { "192.0.2.7 - - [17/May/2015:10:05:03 +9900] \"GET /a HTTP/1.1\" 200 1", "Malformed" },
        { "192.0.2.7 - - [17/May/0000:10:05:03 +0000] \"GET /a HTTP/1.1\" 200 1", "Malformed" },
        { "just words", "Malformed" },
        { "[", "Malformed" },
        { "\u0001\u0002\uFFFF", "Malformed" },
    };

    [Theory, MemberData(nameof(Parses))]
    public void Reads(string line, string expected) => Assert.Equal(expected, Lines.One(line));

    [Theory, MemberData(nameof(Rejects))]
    public void Drops_with_the_reason(string line, string reason) => Assert.Equal("dropped " + reason, Lines.One(line));

    [Fact]
    public void A_given_host_stands_where_the_log_has_none()
    {
        var options = Lines.Default with { Host = "shop.example" };
        Assert.Equal($"pageview {T} https://shop.example/a 192.0.2.7 [] []", Lines.One(Head + "\"GET /a HTTP/1.1\" 200 1", options));
        Assert.Equal($"pageview {T} https://www.example.com/a 192.0.2.7 [] []", Lines.One("www.example.com:443 " + Head + "\"GET /a HTTP/1.1\" 200 1", options));
    }

    [Fact]
    public void Switches_take_in_what_is_dropped_otherwise()
    {
        var options = Lines.Default with { IncludeStatic = true, IncludeErrors = true, IncludeRedirects = true, IncludeBots = true };
        Assert.Equal($"pageview {T} /a.css 192.0.2.7 [] [] AllowBots, AnyHost", Lines.One(Head + "\"GET /a.css HTTP/1.1\" 200 1", options));
        Assert.Equal($"pageview {T} /a 192.0.2.7 [] [] AllowBots, AnyHost", Lines.One(Head + "\"GET /a HTTP/1.1\" 404 1", options));
        Assert.Equal($"pageview {T} /a 192.0.2.7 [] [] AllowBots, AnyHost", Lines.One(Head + "\"GET /a HTTP/1.1\" 302 1", options));
        Assert.Equal($"pageview {T} /gone.pdf 192.0.2.7 [] [] AllowBots, AnyHost", Lines.One(Head + "\"GET /gone.pdf HTTP/1.1\" 404 1", options));
    }

    [Fact]
    public void A_named_format_takes_only_lines_of_that_form()
    {
        var common = Head + "\"GET /a HTTP/1.1\" 200 1";
        Assert.Equal("dropped Malformed", Lines.One(common, new() { Format = LogFormat.Combined }));
        Assert.Equal("dropped Malformed", Lines.One(common, new() { Format = LogFormat.NginxJson }));
        Assert.Equal($"pageview {T} /a 192.0.2.7 [] [] AnyHost", Lines.One(common + " \"r\" \"u\"", new() { Format = LogFormat.Common }));
    }

    [Fact]
    public void Overlong_fields_are_cut_and_overlong_urls_refused()
    {
        var agent = new string('u', 5000);
        Assert.EndsWith($"[{agent[..1024]}] AnyHost", Lines.One(Head + $"\"GET /a HTTP/1.1\" 200 1 \"-\" \"{agent}\""), StringComparison.Ordinal);
        Assert.Equal("dropped TooLarge", Lines.One(Head + $"\"GET /{new string('a', 8192)} HTTP/1.1\" 200 1"));
        Assert.StartsWith($"pageview {T} /{new string('a', 8191)} ", Lines.One(Head + $"\"GET /{new string('a', 8191)} HTTP/1.1\" 200 1"), StringComparison.Ordinal);
        Assert.EndsWith($"[{new string('ä', 1024)}] AnyHost", Lines.One(Head + $"\"GET /a HTTP/1.1\" 200 1 \"-\" \"{new string('ä', 3000)}\""), StringComparison.Ordinal);
    }

    [Fact]
    public void Samples_name_neither_addresses_nor_queries()
    {
        var reader = new AccessLogReader(Lines.Default);
        reader.Read(Encoding.UTF8.GetBytes(Head + "\"GET /a.css?token=secret HTTP/1.1\" 200 1 \"http://r.example/?k=1\" \"UA\""), out _, out _, out var dropped, static _ => true);
        Assert.Equal("GET /a.css 200", dropped);
        reader.Read("192.0.2.7 - - broken \"GET /a?token=secret HTTP\" from 2001:db8::1 and 192.0.2.8:443"u8, out _, out _, out var unreadable, static _ => true);
        Assert.Equal("[address] - - broken \"GET /a?… HTTP\" from [address] and [address]", unreadable);
        reader.Read("client.example.net - - broken"u8, out _, out _, out unreadable, static _ => false);
        Assert.Null(unreadable);
    }
}
