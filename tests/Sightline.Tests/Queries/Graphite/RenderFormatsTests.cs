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

    private static PictureOptions Options(params (string Name, string Value)[] values) => PictureOptions.Read(
        name => values.FirstOrDefault(pair => pair.Name == name) is { Value: { } value } ? value : StringValues.Empty, new RenderRequest { Targets = [], Context = Context });
}
