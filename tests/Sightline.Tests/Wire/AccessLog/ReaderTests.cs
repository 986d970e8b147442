using System.Text;
using Sightline.Core.Wire.AccessLog;

namespace Sightline.Tests.Wire.AccessLog;

public sealed class ReaderTests
{
    private const string Combined = "192.0.2.7 - - [17/May/2015:10:05:03 +0000] \"GET /a HTTP/1.1\" 200 12 \"-\" \"UA\"";
    private const string Json = """{"time":"2026-11-22T10:00:00Z","remote_addr":"192.0.2.7","request":"GET /j HTTP/1.1","status":200}""";
    private const string Elb = "2026-11-22T10:00:00.1Z lb 192.0.2.7:2817 - 0 0 0 200 0 0 0 \"GET http://shop.example:80/e HTTP/1.1\" \"UA\" - -";

    [Fact]
    public void Formats_may_change_within_a_file_and_junk_lies_between()
    {
        var lines = Lines.All(null, "junk", "", Combined, Json, "# comment", Elb, "more junk", Combined, "\0\0\0" + Json + "\r", "   ");
        Assert.Equal(
            ["dropped", "no", "/a", "/j", "no", "http://shop.example/e", "dropped", "/a", "/j", "no"],
            lines.Select(static line => line.StartsWith("pageview", StringComparison.Ordinal) ? line.Split(' ')[2] : line.Split(' ')[0]));
    }

    /// <summary>Seen in a real log: taken for another format, such a line made all that followed unreadable.</summary>
    [Fact]
    public void A_line_cut_short_changes_nothing_for_those_that_follow()
    {
        foreach (var whole in new[] { Combined, "www.example.com:443 " + Combined, Elb, Json, "2026-11-22 10:00:00 10.0.0.1 GET /a - 443 - 192.0.2.7 UA - 200 0 0 15" })
        {
            for (var length = 1; length < whole.Length; length++)
            {
                var lines = Lines.All(null, whole, whole[..length], whole, whole);
                Assert.Equal(lines[0][..lines[0].IndexOf(' ', StringComparison.Ordinal)], lines[2][..lines[2].IndexOf(' ', StringComparison.Ordinal)]);
                Assert.StartsWith("pageview", lines[3], StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void Lines_of_one_second_keep_their_order_when_other_seconds_lie_between()
    {
        var lines = Lines.All(null, At(3), At(3), At(5), At(3), At(4), At(5), At(5, "a.css"), At(5));
        Assert.Equal(["03.000", "03.001", "05.000", "03.002", "04.000", "05.001", "StaticFile", "05.003"], lines.Select(Second));
    }

    [Fact]
    public void The_thousandth_line_of_a_second_and_all_after_it_share_a_millisecond()
    {
        var lines = Lines.All(null, [.. Enumerable.Repeat(At(3), 1002)]);
        Assert.Equal(["03.998", "03.999", "03.999", "03.999"], lines[998..].Select(Second));
    }

    [Fact]
    public void What_is_kept_does_not_change_the_times_of_the_rest()
    {
        string[] log = [At(3), At(3, "a.css"), At(3), At(3, "b.png"), At(3)];
        var all = Lines.All(new() { IncludeStatic = true }, log);
        var some = Lines.All(null, log);
        Assert.Equal([all[0], all[2], all[4]], [some[0], some[2], some[4]]);
    }

    [Fact]
    public void A_reader_resumed_anywhere_goes_on_like_one_that_never_stopped()
    {
        string[] log =
        [
            At(3), At(3), "#Fields: date time c-ip cs-method cs-uri-stem sc-status", "2015-05-17 10:05:03 192.0.2.7 GET /w 200", At(3), Json, At(9), At(70), At(3),
            "2015-05-17 10:05:03 192.0.2.7 GET /w 200", At(9),
        ];
        var whole = Lines.All(null, log);
        for (var cut = 0; cut <= log.Length; cut++)
        {
            var first = new AccessLogReader(Lines.Default);
            var before = log[..cut].Select(line => Lines.Describe(first, Encoding.UTF8.GetBytes(line))).ToArray();
            var second = new AccessLogReader(Lines.Default);
            second.Load(first.Save());
            Assert.Equal(whole, before.Concat(log[cut..].Select(line => Lines.Describe(second, Encoding.UTF8.GetBytes(line)))));
        }
    }

    [Fact]
    public void A_state_stays_under_eight_kibibytes_and_a_foreign_one_is_refused()
    {
        var reader = new AccessLogReader(Lines.Default);
        Lines.Describe(reader, Encoding.UTF8.GetBytes("#Fields: " + new string('x', 5900)));
        Lines.Describe(reader, Encoding.UTF8.GetBytes("#Fields: " + new string('y', 100_000)));
        for (var second = 0; second < 60; second++)
        {
            Lines.Describe(reader, Encoding.UTF8.GetBytes(At(second)));
        }

        Assert.InRange(reader.Save().Length, 5900, 8192);
        Assert.Throws<InvalidDataException>(() => new AccessLogReader(Lines.Default).Load([2, 0, 0, 0]));
        Assert.Throws<InvalidDataException>(() => new AccessLogReader(Lines.Default).Load([1, 0, 9, 0]));
    }

    private static string At(int second, string path = "a") =>
        $"192.0.2.7 - - [17/May/2015:10:{5 + (second / 60):00}:{second % 60:00} +0000] \"GET /{path} HTTP/1.1\" 200 12 \"-\" \"UA\"";

    private static string Second(string line) => line.StartsWith("pageview", StringComparison.Ordinal) ? line.Split(' ')[1].Split(':')[2] : line.Split(' ')[1];
}
