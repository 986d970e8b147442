using System.Globalization;
using System.IO.Compression;
using System.Text.RegularExpressions;
using Sightline.Core.Model;
using Sightline.Server.Import;

namespace Sightline.Tests.Import;

/// <summary>
/// A real site's log of 10,000 lines, against a model of the rules written with regular expressions. The file is not part of the
/// repository: set <c>SIGHTLINE_SAMPLE_LOG</c>, or place it in <c>../shared/data</c> beside the checkout.
/// </summary>
public sealed partial class SampleLogTests
{
    private static readonly HashSet<string> Downloads = ["pdf", "zip", "gz", "tgz", "tar", "bz2", "exe", "deb", "rpm", "iso", "img", "mp3", "mp4", "ogg", "webm", "doc", "xls", "ppt", "csv", "jar", "gem", "bin", "dmg", "txz", "xz", "mov", "avi"];

    private static readonly HashSet<string> Statics = ["gif", "jpg", "jpeg", "png", "ico", "svg", "bmp", "css", "js", "json", "xml", "rss", "atom", "ttf", "eot", "woff", "woff2", "swf", "webp", "map", "otf", "tiff", "tif", "xsl"];

    [Fact]
    public async Task Every_line_of_a_real_log_is_accounted_for_as_an_independent_reading_has_it()
    {
        var path = SampleLog.PathOrSkip();
        var expected = new Dictionary<DropReason, long>();
        var pages = new List<string>();
        var downloads = 0;
        var lines = 0;
        foreach (var line in await ReadAsync(path))
        {
            lines++;
            switch (Model(line, out var url))
            {
                case null:
                    pages.Add(url);
                    downloads += Downloads.Contains(Extension(url)) ? 1 : 0;
                    break;
                case { } reason:
                    expected[reason] = expected.GetValueOrDefault(reason) + 1;
                    break;
            }
        }

        using var rig = new ImportRig();
        var report = await rig.RunAsync(new ImportRequest { Project = 1, Files = [path] });
        Assert.True(report.Succeeded);
        Assert.Equal(10_000, lines);
        Assert.Equal(lines, report.Records + report.NotRecords);
        Assert.Equal(Text(expected), Text(report.Counts.Drops));
        Assert.Equal(pages.Count, report.Counts.Stored);
        Assert.Equal(pages.Order(StringComparer.Ordinal), rig.Target.Events.Select(static item => item.Split(' ')[2]).Order(StringComparer.Ordinal));
        Assert.Equal(downloads, rig.Target.Events.Count(static item => item.Split(' ')[1] == "download"));
        Assert.InRange(pages.Count, 1000, 9000);
        Assert.True(expected.Count >= 4, Text(expected));
        TestContext.Current.SendDiagnosticMessage($"{pages.Count} stored, {Text(expected)}");
    }

    [Fact]
    public async Task Cut_into_two_runs_and_packed_differently_it_gives_the_same_events()
    {
        var path = SampleLog.PathOrSkip();
        using var once = new ImportRig();
        await once.RunAsync(path);
        var content = System.Text.Encoding.Latin1.GetBytes(string.Join('\n', await ReadAsync(path)) + "\n");
        using var twice = new ImportRig();
        await twice.RunAsync(twice.Write("access.log", content.AsSpan(0, 1_234_567)));
        await twice.RunAsync(twice.Write("access.log", content));
        await twice.RunAsync(path);
        Assert.Equal(once.Target.Summary(), twice.Target.Summary());
    }

    private static DropReason? Model(string line, out string url)
    {
        url = "";
        var match = Combined().Match(line);
        if (!match.Success)
        {
            return DropReason.Malformed;
        }

        var status = int.Parse(match.Groups["status"].Value, CultureInfo.InvariantCulture);
        if (status is < 200 or >= 400)
        {
            return DropReason.HttpError;
        }

        if (status is >= 300 and not 304)
        {
            return DropReason.Redirect;
        }

        if (match.Groups["method"].Value is not ("GET" or "POST"))
        {
            return DropReason.Method;
        }

        url = match.Groups["target"].Value;
        if (!url.StartsWith('/'))
        {
            return DropReason.BadUrl;
        }

        var extension = Extension(url);
        if (Statics.Contains(extension) || url is "/robots.txt" || (status == 206 && Downloads.Contains(extension)))
        {
            return DropReason.StaticFile;
        }

        return null;
    }

    private static string Extension(string url)
    {
        var file = url.Split('?', '#', ';')[0].Split('/')[^1];
        return file.Contains('.', StringComparison.Ordinal) ? file.Split('.')[^1].ToLowerInvariant() : "";
    }

    private static async Task<string[]> ReadAsync(string path)
    {
        await using var file = new GZipStream(File.OpenRead(path), CompressionMode.Decompress);
        using var reader = new StreamReader(file, System.Text.Encoding.Latin1);
        return (await reader.ReadToEndAsync(TestContext.Current.CancellationToken)).TrimEnd('\n').Split('\n');
    }

    private static string Text(IEnumerable<KeyValuePair<DropReason, long>> drops) => string.Join(' ', drops.OrderBy(static drop => drop.Key).Select(static drop => $"{drop.Key}={drop.Value}"));

    [GeneratedRegex("""^\S+ \S+ \S+ \[\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}\] "(?<method>[A-Za-z]+) (?<target>.+?)(?: HTTP/\d\.\d)?" (?<status>\d{3}) (?:\d+|-) "(?:.*)" "(?:.*)"$""")]
    private static partial Regex Combined();
}
