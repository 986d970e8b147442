using Sightline.Core.Wire.AccessLog;

namespace Sightline.Tests.Wire.AccessLog;

public sealed class OtherFormatTests
{
    private const string IisFields = "#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status time-taken";
    private const string CloudFrontFields =
        "#Fields: date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer) cs(User-Agent) cs-uri-query cs(Cookie) x-edge-result-type x-edge-request-id x-host-header cs-protocol";

    public static TheoryData<string, LogFormat, string> Json => new()
    {
        {
            """{"time":"2026-11-22T10:00:00+01:00","remote_addr":"192.0.2.7","host":"shop.example","request":"GET /a?b=c HTTP/1.1","status":"200","http_referer":"https://r.example/","http_user_agent":"UA"}""",
            LogFormat.NginxJson, "pageview 2026-11-22T09:00:00.000 https://shop.example/a?b=c 192.0.2.7 [https://r.example/] [UA]"
        },
        {
            """{"ip":"192.0.2.7","host":"shop.example","path":"/a?b","status":"200","referrer":"-","user_agent":"UA","length":12,"generation_time_milli":0.001,"date":"2026-11-22T10:00:00+00:00"}""",
            LogFormat.NginxJson, "dropped Malformed" // as Matomo's importer asks for it: no method, so not known to be a page
        },
        {
            """{"msec":1795341600.123,"remote_addr":"192.0.2.7","request_method":"GET","uri":"/index.php","args":"x=1","status":200}""",
            LogFormat.NginxJson, "pageview 2026-11-22T10:00:00.123 /index.php?x=1 192.0.2.7 [] [] AnyHost"
        },
        {
            """{"msec":"1795341600.123","remote_addr":"192.0.2.7","request":"GET /pretty?x=1 HTTP/2.0","uri":"/index.php","args":"x=1","status":200}""",
            LogFormat.NginxJson, "pageview 2026-11-22T10:00:00.123 /pretty?x=1 192.0.2.7 [] [] AnyHost"
        },
        {
            """{"time_local":"22/Nov/2026:10:00:00 +0000","remote_addr":"192.0.2.7","request_uri":"/a","request_method":"POST","status":200,"http_user_agent":"a \"b\" \u00e4"}""",
            LogFormat.NginxJson, "pageview 2026-11-22T10:00:00.000 /a 192.0.2.7 [] [a \"b\" ä] AnyHost"
        },
        {
            """{"time_iso8601":"2026-11-22T10:00:00Z","remote_addr":"192.0.2.7","request":"GET /\xC3\xA4 HTTP/1.1","status":200,"http_user_agent":"say \x22hi\x22 \\ \x5C"}""",
            LogFormat.NginxJson, "pageview 2026-11-22T10:00:00.000 /ä 192.0.2.7 [] [say \"hi\" \\ \\] AnyHost"
        },
        {
            """{"level":"info","ts":1795341600.5,"logger":"http.log.access","msg":"handled request","request":{"remote_ip":"10.0.0.1","remote_port":"4321","client_ip":"192.0.2.7","proto":"HTTP/2.0","method":"GET","host":"shop.example","uri":"/a?b=c","headers":{"User-Agent":["UA"],"Accept":["*/*","x"],"Referer":["https://r.example/"]},"tls":{"resumed":false}},"bytes_read":0,"user_id":"","duration":0.01,"size":12,"status":200,"resp_headers":{"Server":["Caddy"],"Host":["wrong"]}}""",
            LogFormat.Caddy, "pageview 2026-11-22T10:00:00.500 https://shop.example/a?b=c 192.0.2.7 [https://r.example/] [UA]"
        },
        {
            """{"ts":"2026/11/22 10:00:00.250","request":{"remote_ip":"192.0.2.7","method":"GET","host":"shop.example:8443","uri":"/","headers":{}},"status":304}""",
            LogFormat.Caddy, "pageview 2026-11-22T10:00:00.250 https://shop.example/ 192.0.2.7 [] []"
        },
        {
            """{"ClientHost":"192.0.2.7","DownstreamContentSize":12,"DownstreamStatus":200,"Duration":1234567,"RequestHost":"shop.example","RequestMethod":"GET","RequestPath":"/a?b","RequestProtocol":"HTTP/1.1","StartUTC":"2026-11-22T10:00:00.123456789Z","entryPointName":"web","level":"info","msg":"","request_Referer":"https://r.example/","request_User-Agent":"UA","time":"2026-11-22T10:00:01Z"}""",
            LogFormat.Traefik, "pageview 2026-11-22T10:00:00.123 https://shop.example/a?b 192.0.2.7 [https://r.example/] [UA]"
        },
        { """{"time":"2026-11-22T10:00:00Z","request":"\u0016\u0003","status":400}""", LogFormat.NginxJson, "dropped HttpError" },
        { """{"time":"2026-11-22T10:00:00Z","request":"GET /a HTTP/1.1"}""", LogFormat.Auto, "dropped Malformed" },
        { """{"time":"yesterday","request":"GET /a HTTP/1.1","status":200}""", LogFormat.Auto, "dropped Malformed" },
        { """{"time":"2026-11-22T10:00:00Z","request":"GET /a HTTP/1.1","status":"okay"}""", LogFormat.Auto, "dropped Malformed" },
        { """{"time":"2026-11-22T10:00:00Z","request":"GET /a HTTP/1.1","status":200} {}""", LogFormat.Auto, "dropped Malformed" },
        { """{"time":"2026-11-22T10:00:00Z","request":"GET /a HTTP/1.1","status":200""", LogFormat.Auto, "dropped Malformed" },
        { """{"time":"2026-11-22T10:00:00Z","request":"GET /\ud800 HTTP/1.1","status":200}""", LogFormat.Auto, "dropped Malformed" },
        { """{"level":"info","ts":1795341600.5,"msg":"server running"}""", LogFormat.Auto, "dropped Malformed" },
        { "{}", LogFormat.Auto, "dropped Malformed" },
        { "{", LogFormat.Auto, "dropped Malformed" },
    };

    [Theory, MemberData(nameof(Json))]
    public void Reads_json(string line, LogFormat format, string expected)
    {
        var reader = new AccessLogReader(Lines.Default);
        Assert.Equal(expected, Lines.Describe(reader, System.Text.Encoding.UTF8.GetBytes(line)));
        if (format != LogFormat.Auto && expected != "dropped Malformed")
        {
            Assert.Equal(format, reader.Format);
        }
    }

    [Fact]
    public void W3c_fields_are_read_as_the_header_names_them()
    {
        string[] expected =
        [
            "no record", "no record", "no record",
            "pageview 2026-11-22T10:00:00.000 /a?b=c 192.0.2.7 [https://r.example/x] [Mozilla/5.0 (X11)] AnyHost",
            "pageview 2026-11-22T10:00:00.001 /a+b 2001:db8::7 [] [] AnyHost",
            "dropped HttpError",
            "dropped Malformed",
            "no record",
            "pageview 2026-11-22T10:00:02.000 https://shop.example/z 192.0.2.7 [] []",
            "dropped Malformed",
        ];
        Assert.Equal(expected, Lines.All(null,
            "#Software: Microsoft Internet Information Services 10.0",
            "#Date: 2026-11-22 10:00:00",
            IisFields,
            "2026-11-22 10:00:00 10.0.0.1 GET /a b=c 443 - 192.0.2.7 Mozilla/5.0+(X11) https://r.example/x 200 0 0 15",
            "2026-11-22 10:00:00 10.0.0.1 GET /a+b - 443 DOM\\bob 2001:db8::7 - - 200 0 0 15",
            "2026-11-22 10:00:01 10.0.0.1 GET /a - 443 - 192.0.2.7 UA - 404 0 2 15",
            "2026-11-22 10:00:01 10.0.0.1 GET /a - 443 - 192.0.2.7 UA - 200 0 0",
            "#Fields: time date sc-status c-ip cs-host cs-uri-stem cs-method",
            "10:00:02 2026-11-22 200 192.0.2.7 shop.example /z GET",
            "2026-11-22 10:00:02 200 192.0.2.7 shop.example /z GET"));
    }

    [Fact]
    public void An_iis_log_that_lost_its_header_is_read_with_the_default_fields() =>
        Assert.Equal(
            "pageview 2026-11-22T10:00:00.000 /a 192.0.2.7 [] [UA] AnyHost",
            Lines.One("2026-11-22 10:00:00 10.0.0.1 GET /a - 443 - 192.0.2.7 UA - 200 0 0 15"));

    [Fact]
    public void Local_times_of_w3c_logs_are_in_the_given_zone()
    {
        var berlin = Lines.Default with { Zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin") };
        var lines = Lines.All(berlin, IisFields,
            "2026-07-01 10:00:00 10.0.0.1 GET /a - 443 - 192.0.2.7 UA - 200 0 0 15",
            "2026-12-01 10:00:00 10.0.0.1 GET /a - 443 - 192.0.2.7 UA - 200 0 0 15",
            "192.0.2.7 - - [01/Jul/2026:10:00:00 +0000] \"GET /a HTTP/1.1\" 200 1");
        Assert.StartsWith("pageview 2026-07-01T08:00:00.000 ", lines[1], StringComparison.Ordinal);
        Assert.StartsWith("pageview 2026-12-01T09:00:00.000 ", lines[2], StringComparison.Ordinal);
        Assert.StartsWith("pageview 2026-07-01T10:00:00.000 ", lines[3], StringComparison.Ordinal);
    }

    [Fact]
    public void Quoted_and_unknown_w3c_fields_are_read() =>
        Assert.Equal(
            "pageview 2026-11-22T10:00:00.000 https://shop.example/a 192.0.2.7 [] [an agent]",
            Lines.All(null, "#Fields: date time x-new c-ip cs(User-Agent) cs-uri cs-method sc-status",
                "2026-11-22 10:00:00 \"a b\" 192.0.2.7 \"an agent\" https://shop.example/a GET 200")[1]);

    [Fact]
    public void CloudFront_agents_are_decoded_however_often_they_were_encoded()
    {
        var lines = Lines.All(null, "#Version: 1.0", CloudFrontFields,
            "2026-11-22\t10:00:00\tFRA2\t12\t192.0.2.7\tGET\td1.cloudfront.net\t/a\t200\thttps://r.example/\tMozilla/5.0%2520(X11;%2520Linux)\tb=c\t-\tHit\tid==\tshop.example\thttps",
            "2026-11-22\t10:00:00\tFRA2\t12\t2001:db8::7\tGET\td1.cloudfront.net\t/a\t200\t-\tMozilla/5.0%20(X11)\t-\t-\tHit\tid==\t-\thttps",
            "2026-11-22\t10:00:00\tFRA2\t12\t192.0.2.7\tGET\td1.cloudfront.net\t/a\t000\t-\tUA\t-\t-\tError\tid==\tshop.example\thttps",
            "2026-11-22\t10:00:00\tFRA2\t12\t192.0.2.7\tGET");
        Assert.Equal("pageview 2026-11-22T10:00:00.000 https://shop.example/a?b=c 192.0.2.7 [https://r.example/] [Mozilla/5.0 (X11; Linux)]", lines[2]);
        Assert.Equal("pageview 2026-11-22T10:00:00.001 https://d1.cloudfront.net/a 2001:db8::7 [] [Mozilla/5.0 (X11)]", lines[3]);
        Assert.Equal("dropped HttpError", lines[4]);
        Assert.Equal("dropped Malformed", lines[5]);
    }

    public static TheoryData<string, LogFormat, string> Balancers => new()
    {
        {
            "h2 2026-11-22T10:00:00.186641Z app/lb/50dc6c495c0c9188 192.0.2.7:2817 10.0.0.1:80 0.000 0.001 0.000 200 200 34 366 \"GET https://shop.example:443/a?b=c HTTP/2.0\" \"UA (x)\" ECDHE TLSv1.2 arn \"Root=1\" \"shop.example\"",
            LogFormat.Elb, "pageview 2026-11-22T10:00:00.186 https://shop.example/a?b=c 192.0.2.7 [] [UA (x)]"
        },
        {
            "2026-11-22T10:00:00.186641Z lb 192.0.2.7:2817 - -1 -1 -1 503 0 0 0 \"GET http://shop.example:80/ HTTP/1.1\" \"UA\" - -", LogFormat.Elb, "dropped HttpError"
        },
        {
            "79a5 www.shop.example [22/Nov/2026:10:00:00 +0000] 192.0.2.7 - 3E57427F3 REST.GET.OBJECT a/b.html \"GET /a/b.html HTTP/1.1\" 200 - 113 113 7 6 \"https://r.example/\" \"S3 UA\" -",
            LogFormat.S3, "pageview 2026-11-22T10:00:00.000 https://www.shop.example/a/b.html 192.0.2.7 [https://r.example/] [S3 UA]"
        },
        {
            "79a5 bucket [22/Nov/2026:10:00:00 +0000] 192.0.2.7 - 3E57427F3 REST.GET.OBJECT f.zip \"GET /bucket/f.zip HTTP/1.1\" 200 - 113 113 7 6 \"-\" \"-\" -",
            LogFormat.S3, "download 2026-11-22T10:00:00.000 /bucket/f.zip 192.0.2.7 [] [] AnyHost"
        },
        {
            "Nov 22 10:00:00 lb haproxy[14389]: 192.0.2.7:33317 [22/Nov/2026:10:00:00.655] http-in static/srv1 10/0/30/69/109 200 2750 - - ---- 1/1/1/1/0 0/0 {1wt.eu} {} \"GET /a HTTP/1.1\"",
            LogFormat.HaProxy, "pageview 2026-11-22T10:00:00.655 /a 192.0.2.7 [] [] AnyHost"
        },
        {
            "Nov 22 10:00:00 lb haproxy[14389]: 192.0.2.7:33317 [22/Nov/2026:10:00:00.655] http-in http-in/<NOSRV> -1/-1/-1/-1/109 -1 0 - - CR-- 1/1/1/1/0 0/0 \"<BADREQ>\"",
            LogFormat.HaProxy, "dropped HttpError"
        },
        {
            "Nov 22 10:00:00 lb haproxy[14389]: Proxy http-in started.", LogFormat.Auto, "dropped Malformed"
        },
    };

    [Theory, MemberData(nameof(Balancers))]
    public void Reads_balancers_and_buckets(string line, LogFormat format, string expected)
    {
        var reader = new AccessLogReader(Lines.Default);
        Assert.Equal(expected, Lines.Describe(reader, System.Text.Encoding.UTF8.GetBytes(line)));
        Assert.Equal(format, reader.Format);
    }

    [Fact]
    public void Every_format_has_a_name_and_every_name_a_format()
    {
        foreach (var format in Enum.GetValues<LogFormat>())
        {
            Assert.True(LogFormats.TryParse(LogFormats.NameOf(format), out var back));
            Assert.Equal(format, back);
        }

        Assert.False(LogFormats.TryParse("apache", out _));
    }
}
