using System.Text.Json.Nodes;
using System.Xml.Linq;
using Microsoft.Extensions.Primitives;
using Sightline.Core.Queries.Graphite;
using Sightline.Server.Features.Graphite;
using Sightline.Server.Features.Graphite.Pictures;

namespace Sightline.Tests.Queries.Graphite;

/// <summary>Formats of /render: those of graphite-web are compared with its own, pictures are looked into.</summary>
public sealed class RenderFormatsTests
{
    private static readonly RenderContext Context = new(SameSeries.Now - 3600, SameSeries.Now, SameSeries.Now, TimeZoneInfo.Utc);

    [Fact]
    public void Text_and_binary_formats_hold_what_graphite_webs_hold()
    {
        using var other = new GraphiteWeb();
        var points = new SameSeries(other, new Random(7));
        foreach (var target in (string[])["servers.*.cpu.*", "slow.*", "alias(servers.web1.mem.used,'a \"name\", with signs')", "scale(servers.db1.cpu.user,1e9)", "nothing.here"])
        {
            var series = new Evaluator(points, CancellationToken.None).Evaluate(TargetParser.Parse(target), Context);
            string Theirs(string format) => (string)other.Ask(new JsonObject { ["targets"] = new JsonArray(target), ["from"] = Context.From, ["until"] = Context.Until, ["now"] = Context.Now, ["format"] = format })["text"]!;
            JsonNode? Held(string how, byte[] bytes) => other.Ask(new JsonObject { [how] = Convert.ToHexStringLower(bytes) })["value"];
            Assert.Equal(Theirs("raw"), RenderAnswer.Raw(series));
            Assert.Equal(Theirs("csv"), RenderAnswer.Csv(series, TimeZoneInfo.Utc));
            Assert.True(JsonNode.DeepEquals(JsonNode.Parse(Theirs("dygraph")), JsonNode.Parse(RenderFormats.Dygraph(series))), target);
            Assert.True(JsonNode.DeepEquals(JsonNode.Parse(Theirs("rickshaw")), JsonNode.Parse(RenderFormats.Rickshaw(series))), target);
            foreach (var (how, format, ours) in ((string, string, byte[])[])[("unpickle", "pickle", RenderFormats.Pickle(series)), ("unpack", "msgpack", RenderFormats.MsgPack(series))])
            {
                var expected = Held(how, Convert.FromHexString(Theirs(format)));
                Assert.NotNull(expected);
                Assert.True(JsonNode.DeepEquals(expected, Held(how, ours)), $"{format} of {target}");
            }
        }
    }

    [Fact]
    public void Pictures_have_lines_areas_axes_and_a_legend_and_no_markup_of_names()
    {
        using var other = new GraphiteWeb();
        var points = new SameSeries(other, new Random(7));
        IReadOnlyList<Series> Of(string target) => new Evaluator(points, CancellationToken.None).Evaluate(TargetParser.Parse(target), Context);
        var options = Options(("title", "Load <b>&"), ("width", "800"), ("height", "400"));
        var svg = XDocument.Parse(Picture.Svg(Of("alias(servers.web1.cpu.user,'<script>\u0001')"), options)).Root!;
        XNamespace ns = "http://www.w3.org/2000/svg";
        Assert.Equal("800", svg.Attribute("width")!.Value);
        Assert.Contains("Load <b>&", svg.Elements(ns + "text").Select(static one => one.Value));
        Assert.Contains("<script>", svg.Elements(ns + "text").Select(static one => one.Value));
        Assert.Contains(svg.Elements(ns + "path"), static path => path.Attribute("stroke")?.Value == "#2563c3" && path.Attribute("d")!.Value.Split(' ').Length > 100);
        Assert.InRange(svg.Elements(ns + "text").Count(), 8, 30);
        var stacked = XDocument.Parse(Picture.Svg(Of("color(stacked(servers.web*.cpu.user),'red')"), options)).Root!;
        Assert.Equal(2, stacked.Elements(ns + "path").Count(static path => path.Attribute("fill")?.Value == "#c80032" && path.Attribute("fill-opacity")!.Value == "0.8"));
        Assert.Contains("No data", Picture.Svg([], options), StringComparison.Ordinal);
        foreach (var target in (string[])["slow.empty", "constantLine(5)", "constantLine(0)", "verticalLine('1795339000','x')", "areaBetween(servers.web{1,2}.cpu.user)", "secondYAxis(counters.requests)", "dashed(servers.*.*.*)", "scale(servers.*.cpu.user,-1e30)"])
        {
            foreach (var area in (string[])["none", "first", "all", "stacked"])
            {
                foreach (var lines in (string[])["slope", "staircase", "connected"])
                {
                    Assert.DoesNotContain("NaN", XDocument.Parse(Picture.Svg(Of(target), Options(("areaMode", area), ("lineMode", lines), ("width", "50"), ("height", "50")))).ToString(), StringComparison.Ordinal);
                }
            }
        }

        var png = Picture.Png(Of("servers.*.cpu.user"), options);
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], png[..4]);
        Assert.Equal(800, System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16)));
        Assert.True(png.Length > 5000);
    }

    [Theory]
    [InlineData("title=Load", ">Load<", true)]
    [InlineData("title=Load;graphOnly=1", ">Load<", false)]
    [InlineData("vtitle=Seconds", "rotate(-90", true)]
    [InlineData("vtitle=Seconds", ">Seconds<", true)]
    [InlineData("bgcolor=0000ff", "fill=\"#0000ff\"", true)]
    [InlineData("fgcolor=purple", "fill=\"#c864ff\"", true)]
    [InlineData("colorList=ff8800,00ff00", "stroke=\"#ff8800\"", true)]
    [InlineData("colorList=11223380", "stroke-opacity=\"0.502\"", true)]
    [InlineData("template=noc", "fill=\"#000000\"", true)]
    [InlineData("majorGridLineColor=ff0000;hideGrid=false", "stroke=\"#c80032\"", false)]
    [InlineData("majorGridLineColor=red", "stroke=\"#c80032\"", true)]
    [InlineData("majorGridLineColor=red;hideGrid=true", "stroke=\"#c80032\"", false)]
    [InlineData("lineWidth=7", "stroke-width=\"7\"", true)]
    [InlineData("areaMode=all;areaAlpha=0.4", "fill-opacity=\"0.4\"", true)]
    [InlineData("fontSize=17", "font-size=\"17\"", true)]
    [InlineData("fontName=Serif;fontBold=1;fontItalic=true", "font-family=\"Serif, sans-serif\" font-weight=\"bold\" font-style=\"italic\"", true)]
    [InlineData("hideLegend=false", ">slow.temperature<", true)]
    [InlineData("hideLegend=1", ">slow.temperature<", false)]
    [InlineData("hideAxes=1", "text-anchor=\"end\"", false)]
    [InlineData("hideYAxis=1", "text-anchor=\"end\"", false)]
    [InlineData("yAxisSide=right", "text-anchor=\"end\"", false)]
    [InlineData("hideXAxis=1;hideYAxis=1;hideLegend=1", "<text", false)]
    [InlineData("yMin=-4000;yMax=6000", ">−4k<", true)]
    [InlineData("min=-4000;max=6000", ">6k<", true)]
    [InlineData("yMin=0;yMax=4096;yStep=1024;yUnitSystem=binary", ">2Ki<", true)]
    [InlineData("yMin=0;yMax=7200;yStep=3600;yUnitSystem=sec", ">2h<", true)]
    [InlineData("yMin=0;yMax=5000;yUnitSystem=none", ">5000<", true)]
    [InlineData("logBase=10;yMin=1;yMax=100000", ">100k<", true)]
    [InlineData("xFormat=%Y-%m", ">2026-11<", true)]
    [InlineData("tz=Asia/Kolkata;xFormat=%H:%M", ":30<", true)]
    public void Pictures_follow_graphite_webs_parameters(string parameters, string part, bool isThere)
    {
        var options = Options([.. parameters.Split(';').Select(static one => (one.Split('=')[0], one.Split('=')[1]))]);
        IReadOnlyList<Series> series =
        [
            new Series
            {
                Name = "slow.temperature", PathExpression = "slow.temperature", Start = Context.From, End = Context.Until, Step = 60, Values = [.. Enumerable.Range(0, 60).Select(static i => i % 7 == 0 ? double.NaN : (double)i)],
            },
        ];
        var svg = Picture.Svg(series, options);
        Assert.Equal(isThere, svg.Contains(part, StringComparison.Ordinal));
        Assert.DoesNotContain("NaN", XDocument.Parse(svg).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Gaps_are_left_bridged_or_nought()
    {
        IReadOnlyList<Series> series = [new Series { Name = "a", PathExpression = "a", Start = Context.From, End = Context.Until, Step = 600, Values = [1, 2, double.NaN, 4, 5, 6] }];
        int Lines(params (string, string)[] parameters) => XDocument.Parse(Picture.Svg(series, Options([("graphOnly", "1"), .. parameters]))).Descendants().Count(static one => one.Attribute("stroke-linejoin") is not null);
        Assert.Equal(2, Lines());
        Assert.Equal(1, Lines(("lineMode", "connected")));
        Assert.Equal(2, Lines(("lineMode", "connected"), ("connectedLimit", "0")));
        Assert.Equal(1, Lines(("drawNullAsZero", "true")));
    }

    [Fact]
    public void Axes_on_both_sides_have_their_own_limits_colours_and_lines()
    {
        Series Of(string name, bool right) => new()
        {
            Name = name,
            PathExpression = name,
            Start = Context.From,
            End = Context.Until,
            Step = 600,
            Values = [1, 2, 3, 4, 5, 6],
            Drawing = right ? Drawing.Plain with { SecondYAxis = true } : Drawing.Plain,
        };
        var svg = Picture.Svg([Of("a", right: false), Of("b", right: true)], Options(
            ("yMinRight", "0"), ("yMaxRight", "800"), ("yMaxLeft", "6"), ("rightColor", "00ff00"), ("leftColor", "0000ff"), ("rightWidth", "3"), ("rightDashed", "1"), ("vtitle", "Left one"), ("vtitleRight", "Right one")));
        Assert.All((string[])[">800<", ">6<", "stroke=\"#00ff00\"", "stroke=\"#0000ff\"", "stroke-width=\"3\"", "stroke-dasharray=\"5\"", ">Left one<", ">Right one<"], part => Assert.Contains(part, svg, StringComparison.Ordinal));
    }

    [Fact]
    public void Pies_show_shares_and_a_PNG_without_libcairo_is_refused_in_words()
    {
        var svg = PiePicture.Svg([("a", 3), ("b <", 1), ("none", 0), ("less", -5)], Options(("title", "Parts"), ("width", "400"), ("height", "300")));
        Assert.Equal(["Parts", "75%", "25%", "a", "b <", "none", "less"], XDocument.Parse(svg).Descendants().Where(static one => one.Name.LocalName == "text").Select(static one => one.Value));
        Assert.Contains("No data", PiePicture.Svg([("a", 0)], Options()), StringComparison.Ordinal);
        Assert.Equal(0, PiePicture.Share(new Series { Name = "a", PathExpression = "a", Start = 0, End = 60, Step = 60, Values = [double.NaN] }, "average"));
        Assert.Equal((2, 3, 1), (Share("average"), Share("maximum"), Share("minimum")));
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], PiePicture.Png([("a", 1)], Options())[..4]);
        Assert.Contains("apt-get install libcairo2", Assert.Throws<GraphiteException>(() => Picture.Png([], Options(), "libcairo-is-not-here.so")).Message, StringComparison.Ordinal);
        Assert.Throws<GraphiteException>(() => PiePicture.Png([("a", 1)], Options(), "libcairo-is-not-here.so"));

        static double Share(string mode) => PiePicture.Share(new Series { Name = "a", PathExpression = "a", Start = 0, End = 180, Step = 60, Values = [1, 2, 3] }, mode);
    }

    private static PictureOptions Options(params (string Name, string Value)[] values) => new(
        name => values.FirstOrDefault(pair => pair.Name == name) is { Value: { } value } ? value : StringValues.Empty,
        values.FirstOrDefault(static pair => pair.Name == "tz") is { Value: { } zone } ? Context with { Zone = TimeZoneInfo.FindSystemTimeZoneById(zone) } : Context);
}
