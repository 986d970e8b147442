using System.Text;
using Sightline.Core.Model;
using Sightline.Tests.Wire.Fuzzing;

namespace Sightline.Tests.Enrich;

/// <summary>Whatever a sender writes into URL, referrer, User-Agent and the rest: nothing throws, nothing is slow, and every datum is an event or a drop.</summary>
public sealed class EnrichFuzzTests(EnrichBench bench) : IClassFixture<EnrichBench>
{
    private static readonly string[] Dictionary =
    [
        "utm_source=", "gclid=", "mtm_kwd=", "https://www.google.com/search?q=", "android-app://", ";jsessionid=", "xn--", "Mozilla/5.0 (", "like Gecko) ", "Chrome/", "Android 10; ", "Build/",
        "bot", "+http://", "%F0%9F%98%80", "\t", "::1", "203.0.113.9", "{\"a\":\"\\u0000\"}", "Safari", "iPhone OS ", "Version/",
    ];

    [Fact]
    public void Mutated_events_are_stored_or_dropped()
    {
        string[] seeds =
        [
            $"https://shop.example/a/b?utm_source=x&utm_medium=cpc&gclid=1#!/r\n{EnrichBench.Chrome}\nhttps://www.google.com/search?q=a+b\nde-DE,de;q=0.9\n1920x1080\n203.0.113.9\nWindows 15.0.0\n{{\"a\":\"b\"}}",
            "/path;jsessionid=1?ref=hn\nMozilla/5.0 (iPhone; CPU iPhone OS 17_4_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4.1 Mobile/15E148 Safari/604.1\nandroid-app://com.slack/\nen\n1x1\n[2001:db8::1]:80\nmacOS 14\n{\"n\":1}",
            "//bücher.example:80/ä\nMozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)\nhttps://t.co/x\nzh_Hans_CN\n\nhost\n\n{\"q\":\"\\\"\"}",
        ];
        var open = EnrichBench.Shop with { Domains = [], ExcludedIps = ["192.0.2.0/24"], ExcludedPaths = ["/a*b*c"] };
        FuzzRun.Run("enrichment", seeds, input => One(input, open), FuzzRun.DefaultIterations, Dictionary);
    }

    private void One(ReadOnlyMemory<byte> input, Project project)
    {
        var lines = Encoding.UTF8.GetString(input.Span[..Math.Min(input.Length, 16_384)]).Split('\n');
        string? Line(int i) => i < lines.Length ? lines[i] : null;
        var incoming = new IncomingEvent
        {
            Url = Line(0),
            UserAgent = Line(1),
            Referrer = Line(2),
            Language = Line(3),
            Screen = Line(4),
            ClientIp = Line(5),
            HintPlatform = Line(6),
            Props = Line(7) is { } props ? Encoding.UTF8.GetBytes(props) : null,
            Title = Line(1),
            VisitorId = input.Length % 2 == 0 ? Line(3) : null,
            City = Line(6),
            Flags = input.Length % 3 == 0 ? IncomingFlags.AllowBots : IncomingFlags.None,
        };
        var into = bench.Run(EnrichBench.Batch(incoming), project);
        if (into.Events.Count + into.Drops.Count != 1)
        {
            throw new InvalidOperationException($"{into.Events.Count} events and {into.Drops.Count} drops of one datum");
        }

        foreach (var e in into.Events)
        {
            if (e.Visitor == 0 || e.Path.Length > 2048 || e.Title.Contains('\0', StringComparison.Ordinal) || e.Visit.Browser.Length > 60 || (e.Path.Length > 0 && e.Path[0] != '/'))
            {
                throw new InvalidOperationException("an event that cannot be");
            }
        }
    }
}
