using System.Text;
using Sightline.Core.Model;
using Sightline.Core.Wire.Graphite;
using Sightline.Tests.Wire.Fuzzing;

namespace Sightline.Tests.Wire.Graphite;

public sealed class StorageSchemasTests
{
    private const string Seed =
        "[DEFAULT]\nk = 10s\n[a b]\npattern = ^(web|db)\\.%%\nretentions = %(k)s:6h,1m:6d\n  ,10m:5y\n# note\n[c]\nPattern: x\nretentions: 60:1440\nxFilesFactor = 0.5\naggregationMethod = max\n";

    [Theory]
    [InlineData("10s:6h,1min:6d,10min:1800d", "10:2160,60:8640,600:259200")]
    [InlineData("60:1440", "60:1440")]
    [InlineData("1d:1y", "86400:365")]
    [InlineData("5m:30d, 1m:1d", "60:1440,300:8640")]
    [InlineData("1h:2w", "3600:336")]
    [InlineData("1seconds:1minutes", "1:60")]
    public void Parses(string retentions, string archives) =>
        Assert.Equal(archives, string.Join(',', StorageSchemas.Parse($"[a]\npattern = .*\nretentions = {retentions}").Find("x")!.Value.Archives.Select(static archive => $"{archive.Step}:{archive.Points}")));

    [Theory]
    [InlineData("10s", "line 3: '10s' is no step:duration, such as 10s:6h")]
    [InlineData("10q:6h", "line 3: '10q' is no step, such as 10s or 1m")]
    [InlineData("0s:6h", "line 3: '0s' is no step, such as 10s or 1m")]
    [InlineData("10s:six", "line 3: 'six' is no duration, such as 6h or 30d, and no number of points")]
    [InlineData("1m:30s", "line 3: '1m:30s' keeps no points")]
    [InlineData("10s:1h,10s:2h", "line 3: an archive of 10 seconds a step cannot follow one of 10: the finest comes first, and none comes twice")]
    [InlineData("10s:1h,15s:2h", "line 3: a step of 15 seconds is no multiple of the one before, 10")]
    [InlineData("10s:1d,60s:1h", "line 3: the archive of 60 seconds a step must reach back farther than the one before it")]
    [InlineData("10s:5,60s:1d", "line 3: the archive of 10 seconds a step has too few points to make one of 60 seconds")]
    [InlineData("99999999999999s:1d", "line 3: '99999999999999s' is no step, such as 10s or 1m")]
    public void Rejects(string retentions, string fault) => Assert.Equal([fault], StorageSchemas.Parse($"[a]\npattern = .*\nretentions = {retentions}").Faults.Select(static one => one.ToString()));

    [Fact]
    public void Every_fault_of_a_file_is_told_with_its_line()
    {
        var schemas = StorageSchemas.Parse("retentions = 1m:1d\n[a]\npattern = (\nretentions = 1m\n\n[b\n[c]\nnonsense\n[c]\n[d]\npattern = 50% of\npattern = x\n");
        Assert.Equal([1, 3, 4, 6, 7, 7, 8, 9, 10, 12], schemas.Faults.Select(static fault => fault.Line));
        Assert.StartsWith("line 3: the pattern is no regular expression: ", schemas.Faults[1].ToString(), StringComparison.Ordinal);
        Assert.Equal("line 7: [c] has no pattern", schemas.Faults[4].ToString());
        Assert.Equal("line 12: 'pattern' is there twice in [d]", schemas.Faults[^1].ToString());
    }

    [Fact]
    public void First_section_that_fits_counts()
    {
        var schemas = StorageSchemas.Parse("[cpu]\npattern = cpu$\nretentions = 1s:1h\n[all]\npattern = .\nretentions = 1m:1d");
        Assert.Equal("cpu", schemas.Find("web.cpu")?.Section);
        Assert.Equal("all", schemas.Find("web.cpus")?.Section);
        Assert.Null(StorageSchemas.Parse("[cpu]\npattern = cpu$\nretentions = 1s:1h").Find("web.load"));
    }

    [Theory]
    [InlineData("aggregationMethod = median", "line 3: 'median' is no aggregationMethod: average, sum, last, max, min, avg_zero, absmax, absmin")]
    [InlineData("xFilesFactor = 2", "line 3: '2' is no xFilesFactor: a number from 0 to 1")]
    [InlineData("xFilesFactor = nan", "line 3: 'nan' is no xFilesFactor: a number from 0 to 1")]
    public void Rejects_aggregations(string option, string fault) => Assert.Equal([fault], StorageAggregation.Parse($"[a]\npattern = .*\n{option}").Faults.Select(static one => one.ToString()));

    [Fact]
    public void Options_that_stand_for_each_other_end()
    {
        var schemas = StorageSchemas.Parse("[DEFAULT]\na = %(b)s%(b)s\nb = %(a)s%(a)s\n[x]\npattern = y\nretentions = %(keep)s\n");
        Assert.Contains(schemas.Faults, static fault => fault.Text == "%(keep)s: there is no such option");
        Assert.Contains(schemas.Faults, static fault => fault.Text.EndsWith("goes round in a circle", StringComparison.Ordinal));
    }

    [Fact]
    public void A_name_on_which_a_pattern_goes_astray_is_kept_as_if_nothing_were_said()
    {
        var schemas = StorageSchemas.Parse("[bad]\npattern = ^(?=a)(a+)+$\nretentions = 1s:1h\n[all]\npattern = .\nretentions = 1m:1d");
        Assert.Null(schemas.Find(new string('a', 40) + "!"));
        Assert.Equal("bad", schemas.Find("aaa")?.Section);
        Assert.Equal("all", schemas.Find("b")?.Section);
        // The same without looking ahead takes no time at all.
        Assert.Equal("all", StorageSchemas.Parse("[bad]\npattern = ^(a+)+$\nretentions = 1s:1h\n[all]\npattern = .\nretentions = 1m:1d").Find(new string('a', 1000) + "!")?.Section);
    }

    [Fact]
    public void Mutated_files_are_read_or_told() => FuzzRun.Run("carbon storage", [Encoding.UTF8.GetBytes(Seed)], static input =>
    {
        var text = Encoding.UTF8.GetString(input.Span);
        var rules = KeepingRules.Parse(text, text);
        Assert.DoesNotContain(rules.Schemas.Faults.Concat(rules.Aggregation.Faults), static fault => fault.Line <= 0 || fault.Text.Length == 0);
    }, FuzzRun.DefaultIterations, "[", "]", "%(k)s", "%%", "\n  ", "=", ":", "(?P<", "1m:1d", "\n[x]\n", "pattern", "retentions");
}
