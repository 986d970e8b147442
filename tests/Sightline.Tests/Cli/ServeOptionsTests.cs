using System.Net;
using Microsoft.Extensions.Logging;
using Sightline.Server.Cli.Serving;

namespace Sightline.Tests.Cli;

public sealed class ServeOptionsTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();
    private readonly Dictionary<string, IReadOnlyList<string>> _arguments = [];
    private readonly Dictionary<string, string> _environment = [];

    public void Dispose() => File.Delete(_file);

    [Fact]
    public void Without_anything_the_defaults_hold()
    {
        var read = Read(withFile: false);
        Assert.Empty(read.Faults);
        Assert.Equal("./data", read.Options.Data);
        Assert.Equal(["http://127.0.0.1:8600"], read.Options.Listen);
        Assert.False(read.Options.LocalAccess);
        Assert.All(read.Sources, source => Assert.Equal("default", source.Source));
    }

    [Fact]
    public void The_command_line_beats_the_environment_beats_the_file_beats_the_default()
    {
        File.WriteAllText(_file, "max-body = 2M\nmin-free-disk = 1G\nlog-level = debug\n# max-connections = 5\n");
        _environment["SIGHTLINE_MAX_BODY"] = "3M";
        _environment["SIGHTLINE_MIN_FREE_DISK"] = "2G";
        _arguments["max-body"] = ["4M"];
        var read = Read();
        Assert.Empty(read.Faults);
        Assert.Equal(4 << 20, read.Options.MaxBodyBytes);
        Assert.Equal(2L << 30, read.Options.MinFreeDiskBytes);
        Assert.Equal(LogLevel.Debug, read.Options.LogLevel);
        Assert.Equal(10_000, read.Options.MaxConnections);
        Assert.Equal(
            ["--max-body", "SIGHTLINE_MIN_FREE_DISK", $"{_file}: log-level", "default"],
            new[] { "max-body", "min-free-disk", "log-level", "max-connections" }.Select(name => read.Sources.Single(s => s.Name == name).Source));
    }

    [Fact]
    public void A_list_comes_whole_from_the_first_source_that_has_it()
    {
        File.WriteAllText(_file, "listen = http://127.0.0.1:1\nlisten = http://127.0.0.1:2\ntrusted-proxy = 10.0.0.0/8\n");
        _environment["SIGHTLINE_TRUSTED_PROXY"] = "192.0.2.1, 2001:db8::/32";
        var read = Read();
        Assert.Empty(read.Faults);
        Assert.Equal(["http://127.0.0.1:1", "http://127.0.0.1:2"], read.Options.Listen);
        Assert.Equal([IPNetwork.Parse("192.0.2.1/32"), IPNetwork.Parse("2001:db8::/32")], read.Options.TrustedProxies);
        _arguments["trusted-proxy"] = ["none"];
        Assert.Empty(Read().Options.TrustedProxies);
    }

    [Fact]
    public void The_environment_may_name_the_file()
    {
        File.WriteAllText(_file, "log-format = json");
        _environment["SIGHTLINE_CONFIG"] = _file;
        Assert.True(Read(withFile: false).Options.LogJson);
    }

    [Fact]
    public void Variables_of_others_do_not_matter()
    {
        _environment["SIGHTLINE_PORT"] = "tcp://10.0.0.1:8600";
        _environment["SIGHTLINE_DATA"] = "";
        var read = Read(withFile: false);
        Assert.Empty(read.Faults);
        Assert.Equal("./data", read.Options.Data);
    }

    [Fact]
    public void All_faults_are_told_together_each_with_its_place()
    {
        File.WriteAllText(_file, "listen = ftp://x\n\nno equals sign\nwhatever = 1\nmax-body = 1M\nmax-body = 2M\n");
        _environment["SIGHTLINE_LOG_LEVEL"] = "loud";
        _arguments["query-timeout"] = ["soon"];
        _arguments["log-segment"] = ["1M"];
        _arguments["max-connections"] = ["1", "2"];
        _arguments["geo-database"] = ["/nowhere/places.mmdb"];
        var faults = Read().Faults;
        Assert.Contains($"{_file}:3: 'no equals sign' is not of the form name = value", faults);
        Assert.Contains($"{_file}:4: there is no option 'whatever'", faults);
        Assert.Contains($"{_file}:6: max-body is given twice", faults);
        Assert.Contains(faults, fault => fault.StartsWith($"{_file}: listen is 'ftp://x'", StringComparison.Ordinal));
        Assert.Contains(faults, fault => fault.StartsWith("SIGHTLINE_LOG_LEVEL is 'loud'", StringComparison.Ordinal));
        Assert.Contains(faults, fault => fault.StartsWith("--query-timeout is 'soon'", StringComparison.Ordinal));
        Assert.Contains("--max-connections is given 2 times, and has one value", faults);
        Assert.Contains("--geo-database is '/nowhere/places.mmdb', and there is no such file", faults);
        Assert.Equal(8, faults.Count);
    }

    [Fact]
    public void Limits_that_contradict_each_other_are_a_fault()
    {
        _arguments["log-segment"] = ["64M"];
        _arguments["max-log-gap"] = ["32M"];
        Assert.Contains("max-log-gap", Assert.Single(Read().Faults), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_cannot_be_read_is_a_fault()
    {
        var read = ServeOptionsReader.Read(_arguments, _ => null, "/nowhere/sightline.conf");
        Assert.Contains("/nowhere/sightline.conf", Assert.Single(read.Faults), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("4096", 4096)]
    [InlineData("64K", 64 << 10)]
    [InlineData("64kb", 64 << 10)]
    [InlineData("1.5M", 3 << 19)]
    [InlineData("2 MiB", 2 << 20)]
    public void Sizes_are_read(string text, long bytes) => Assert.Equal(bytes, OptionValues.Size(text, 0, long.MaxValue));

    [Theory]
    [InlineData("")]
    [InlineData("M")]
    [InlineData("-1M")]
    [InlineData("1e3")]
    [InlineData("9999999999T")]
    [InlineData("5G")]
    public void Sizes_that_cannot_be_are_refused(string text) => Assert.Throws<FormatException>(() => OptionValues.Size(text, 0, 1L << 32));

    [Theory]
    [InlineData("250ms", 250)]
    [InlineData("1.5s", 1500)]
    [InlineData("2m", 120_000)]
    [InlineData("1h", 3_600_000)]
    public void Times_are_read(string text, double milliseconds) =>
        Assert.Equal(milliseconds, OptionValues.Time(text, TimeSpan.Zero, TimeSpan.FromHours(1)).TotalMilliseconds);

    [Theory]
    [InlineData("30")]
    [InlineData("s")]
    [InlineData("2h")]
    [InlineData("-1s")]
    public void Times_that_cannot_be_are_refused(string text) =>
        Assert.Throws<FormatException>(() => OptionValues.Time(text, TimeSpan.Zero, TimeSpan.FromHours(1)));

    [Theory]
    [InlineData("http://127.0.0.1:8600")]
    [InlineData("http://*:80")]
    [InlineData("https://*:443")]
    [InlineData("http://[::1]:0")]
    [InlineData("http://localhost:0")]
    public void Addresses_to_listen_on_are_read(string text) => Assert.Equal(text, OptionValues.Listen(text));

    [Theory]
    [InlineData("127.0.0.1:8600")]
    [InlineData("http://unix:/run/sightline.sock")]
    [InlineData("http://127.0.0.1:8600/path")]
    [InlineData("tcp://127.0.0.1:1")]
    [InlineData("")]
    public void Other_addresses_are_refused(string text) => Assert.Throws<FormatException>(() => OptionValues.Listen(text));

    [Fact]
    public void An_address_of_https_needs_certificate_and_key_that_belong_together()
    {
        _arguments["listen"] = ["https://*:443"];
        Assert.Contains(Read().Faults, fault => fault.Contains("needs tls-cert and tls-key", StringComparison.Ordinal));
        _arguments["tls-cert"] = [_file];
        Assert.Equal(["tls-cert is given without tls-key"], Read(withFile: false).Faults);
        _arguments["tls-key"] = [_file];
        Assert.Contains("cannot be used as certificate and key", Assert.Single(Read(withFile: false).Faults), StringComparison.Ordinal);
        _arguments["listen"] = ["http://*:80"];
        Assert.Contains("nobody would get the certificate", Assert.Single(Read(withFile: false).Faults), StringComparison.Ordinal);
    }

    private ReadServeOptions Read(bool withFile = true) =>
        ServeOptionsReader.Read(_arguments, _environment.GetValueOrDefault, withFile ? _file : null);
}
