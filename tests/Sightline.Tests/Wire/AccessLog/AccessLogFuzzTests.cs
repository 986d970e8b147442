using Sightline.Core.Wire.AccessLog;
using Sightline.Tests.Wire.Fuzzing;

namespace Sightline.Tests.Wire.AccessLog;

public sealed class AccessLogFuzzTests
{
    private static readonly Dictionary<string, (LogFormat Format, string[] Seeds)> Cases = new()
    {
        ["ncsa"] = (LogFormat.Auto,
        [
            "192.0.2.7 - - [17/May/2015:10:05:03 +0000] \"GET /a?b=c HTTP/1.1\" 200 12 \"http://r.example/\" \"Mozilla/5.0 (X11) \\\"q\\\" \\xE4\"",
            "www.example.com:443 2001:db8::1 - bob [17/May/2015:10:05:03 -0700] \"POST http://x.example/f.pdf HTTP/1.1\" 304 -",
        ]),
        ["json"] = (LogFormat.NginxJson,
        [
            """{"time":"2026-11-22T10:00:00+01:00","remote_addr":"192.0.2.7","host":"shop.example","request":"GET /a?b=c HTTP/1.1","status":"200","http_user_agent":"\x22\u00e4"}""",
            """{"ts":1795341600.5,"request":{"client_ip":"192.0.2.7","method":"GET","host":"shop.example","uri":"/a","headers":{"User-Agent":["UA"]}},"status":200}""",
            """{"ClientHost":"192.0.2.7","DownstreamStatus":200,"RequestHost":"shop.example","RequestMethod":"GET","RequestPath":"/a?b","StartUTC":"2026-11-22T10:00:00.123456789Z"}""",
        ]),
        ["w3c"] = (LogFormat.W3c,
        [
            "#Fields: date time c-ip cs-method cs-uri-stem cs-uri-query cs(User-Agent) sc-status",
            "2026-11-22 10:00:00 192.0.2.7 GET /a b=c Mozilla/5.0+(X11) 200",
            "2026-11-22\t10:00:00\t192.0.2.7\tGET\t/a\tb=c\tMozilla/5.0%2520(X11)\t200",
            "2026-11-22 10:00:00 10.0.0.1 GET /a - 443 - 192.0.2.7 UA - 200 0 0 15",
        ]),
        ["cloudfront"] = (LogFormat.CloudFront,
        [
            "#Fields: date time x-edge-location c-ip cs-method cs-uri-stem sc-status cs(User-Agent)",
            "2026-11-22\t10:00:00\tFRA2\t192.0.2.7\tGET\t/a\t200\tMozilla/5.0%2520(X11)%25",
        ]),
        ["elb"] = (LogFormat.Elb,
        [
            "h2 2026-11-22T10:00:00.186641Z app/lb/50 192.0.2.7:2817 10.0.0.1:80 0.000 0.001 0.000 200 200 34 366 \"GET https://shop.example:443/a?b=c HTTP/2.0\" \"UA (x)\" ECDHE TLSv1.2",
            "2026-11-22T10:00:00.186641Z lb 192.0.2.7:2817 - -1 -1 -1 503 0 0 0 \"GET http://shop.example:80/ HTTP/1.1\" \"UA\" - -",
        ]),
        ["s3"] = (LogFormat.S3,
        [
            "79a5 www.shop.example [22/Nov/2026:10:00:00 +0000] 192.0.2.7 - 3E57427F3 REST.GET.OBJECT a/b.html \"GET /a/b.html HTTP/1.1\" 200 - 113 113 7 6 \"https://r.example/\" \"S3 UA\" -",
        ]),
        ["haproxy"] = (LogFormat.HaProxy,
        [
            "Nov 22 10:00:00 lb haproxy[14389]: 192.0.2.7:33317 [22/Nov/2026:10:00:00.655] http-in static/srv1 10/0/30/69/109 200 2750 - - ---- 1/1/1/1/0 0/0 {1wt.eu} {} \"GET /a HTTP/1.1\"",
        ]),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    /// <summary>Whatever a line is, it is an event, a drop or no record; nothing is thrown and fields keep to their limits.</summary>
    [Theory, MemberData(nameof(Names))]
    public void Mutated_lines_break_nothing(string name)
    {
        var (format, seeds) = Cases[name];
        var named = new AccessLogReader(new() { Format = format, Zone = TimeZoneInfo.FindSystemTimeZoneById("America/New_York") });
        var any = new AccessLogReader(new() { IncludeErrors = true, IncludeRedirects = true, IncludeStatic = true });
        var events = 0;
        FuzzRun.Run("access log " + name, seeds, input =>
        {
            Check(named, input.Span);
            Check(any, input.Span);
        });
        Assert.True(events > 1000, $"only {events} mutated lines were still read: the seeds are wrong");

        void Check(AccessLogReader reader, ReadOnlySpan<byte> line)
        {
            var kind = reader.Read(line, out var item, out var reason, out _, static _ => true);
            Assert.Equal(kind == LineKind.Event, item is not null);
            Assert.Equal(kind == LineKind.Dropped, Enum.IsDefined(reason));
            if (item is not null)
            {
                events++;
                Assert.InRange(item.Url!.Length, 1, 8192);
                Assert.True((item.Referrer?.Length ?? 0) <= 2048 && (item.UserAgent?.Length ?? 0) <= 1024 && (item.ClientIp?.Length ?? 0) <= 255);
            }
        }
    }
}
