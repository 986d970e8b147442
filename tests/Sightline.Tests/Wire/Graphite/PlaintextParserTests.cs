using System.Globalization;
using System.Text;
using Sightline.Core.Wire.Graphite;
using Sightline.Tests.Wire.Fuzzing;

namespace Sightline.Tests.Wire.Graphite;

public sealed class PlaintextParserTests
{
    private const uint Now = 1_795_330_123;

    [Theory]
    [InlineData("a.b.c 1 1795330000", "a.b.c 1 1795330000")]
    [InlineData("  a.b\t 1.5   1795330000.9\r", "a.b 1.5 1795330000")]
    [InlineData("a 1e3 -1", "a 1000 1795330123")]
    [InlineData("a -1 -1.0", "a -1 1795330123")]
    [InlineData("a 1_000 0", "a 1000 0")]
    [InlineData("a inf 1", "a Infinity 1")]
    [InlineData("a -Infinity 1", "a -Infinity 1")]
    [InlineData("a .5 1", "a 0.5 1")]
    [InlineData("a 5. 1e9", "a 5 1000000000")]
    [InlineData("a 0.1234567890123456789 1", "a 0.12345678901234568 1")]
    [InlineData("caf\u00e9.x 1 1", "caf\u00e9.x 1 1")]
    [InlineData("cpu;host=b;dc=a 1 1", "cpu;dc=a;host=b 1 1")]
    [InlineData("cpu;host=a;host=b 1 1", "cpu;host=b 1 1")]
    public void Parses(string line, string read) => Assert.Equal(read, Read(line));

    [Theory]
    [InlineData("", GraphiteFault.Malformed)]
    [InlineData("a 1", GraphiteFault.Malformed)]
    [InlineData("a 1 1 1", GraphiteFault.Malformed)]
    [InlineData("a x 1", GraphiteFault.Malformed)]
    [InlineData("a 1 x", GraphiteFault.Malformed)]
    [InlineData("a 0x10 1", GraphiteFault.Malformed)]
    [InlineData("a 1__0 1", GraphiteFault.Malformed)]
    [InlineData("a 1,5 1", GraphiteFault.Malformed)]
    [InlineData("a nan 1", GraphiteFault.NotANumber)]
    [InlineData("a 1 nan", GraphiteFault.BadTime)]
    [InlineData("a 1 -2", GraphiteFault.BadTime)]
    [InlineData("a 1 1795330000000", GraphiteFault.BadTime)]
    [InlineData("cpu; 1 1", GraphiteFault.BadTags)]
    [InlineData("cpu;a 1 1", GraphiteFault.BadTags)]
    [InlineData("cpu;a= 1 1", GraphiteFault.BadTags)]
    [InlineData("cpu;=a 1 1", GraphiteFault.BadTags)]
    [InlineData("cpu;a=~b 1 1", GraphiteFault.BadTags)]
    [InlineData("cpu;a!=b 1 1", GraphiteFault.BadTags)]
    [InlineData(";a=b 1 1", GraphiteFault.BadTags)]
    public void Rejects(string line, GraphiteFault fault) => Assert.Equal(fault.ToString(), Read(line));

    [Fact]
    public void A_name_longer_than_a_kibibyte_is_refused() => Assert.Equal("TooLong", Read(new string('a', 1025) + " 1 1"));

    [Fact]
    public void Mutated_lines_are_read_or_refused() =>
        FuzzRun.Run("carbon line", ["a.b.c 1 1795330000", "cpu;host=b;dc=a 1.5e3 -1", "x -inf 1_0.5"], Look, FuzzRun.DefaultIterations, ";", "=", "nan", "inf", "_", "e", " ", "\t");

    private static void Look(ReadOnlyMemory<byte> input)
    {
        var fault = PlaintextParser.Parse(input.Span, Now, out var name, out var point);
        if (fault == GraphiteFault.None)
        {
            Assert.InRange(name.Length, 1, SeriesName.MaxBytes);
            Assert.False(double.IsNaN(point.Value));
            // Canonical names stay as they are.
            Assert.Equal(GraphiteFault.None, SeriesName.Check(name, out var again));
            Assert.True(again.SequenceEqual(name));
        }
    }

    private static string Read(string line)
    {
        var fault = PlaintextParser.Parse(Encoding.UTF8.GetBytes(line), Now, out var name, out var point);
        return fault == GraphiteFault.None ? string.Create(CultureInfo.InvariantCulture, $"{Encoding.UTF8.GetString(name)} {point.Value} {point.Time}") : fault.ToString();
    }
}
