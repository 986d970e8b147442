using System.Text;
using Sightline.Server.Import;

namespace Sightline.Tests.Import;

public sealed class LineScannerTests
{
    [Fact]
    public void Positions_and_tails_are_those_of_the_content_however_reads_fall()
    {
        var random = new Random(3);
        for (var round = 0; round < 40; round++)
        {
            var content = Content(random);
            var scanner = new LineScanner(new Trickle(content, random), 0, default);
            var lines = new List<string>();
            while (scanner.TryRead(takeUnfinished: true, out var line, out var isTooLong))
            {
                lines.Add(isTooLong ? "long" : Encoding.UTF8.GetString(line));
                var from = Math.Max(0, scanner.Offset - FileIdentity.TailLength);
                Assert.True(scanner.Tail.SequenceEqual(content.AsSpan((int)from, (int)(scanner.Offset - from))));
            }

            Assert.Equal(content.Length, scanner.Offset);
            var expected = Encoding.UTF8.GetString(content).Split('\n').Select(static line => line.Length > LineScanner.MaxLine ? "long" : line);
            Assert.Equal(expected.ToArray()[..lines.Count], lines);
            Assert.InRange(expected.Count() - lines.Count, 0, 1);
        }
    }

    [Fact]
    public void An_endless_line_is_skipped_in_bounded_memory_and_left_when_unfinished()
    {
        var content = Encoding.UTF8.GetBytes("first\n" + new string('x', 3_000_000));
        var scanner = new LineScanner(new MemoryStream(content), 0, default);
        Assert.True(scanner.TryRead(takeUnfinished: false, out _, out _));
        Assert.False(scanner.TryRead(takeUnfinished: false, out _, out _));
        Assert.True(scanner.HasUnfinishedLine);
        Assert.Equal(6, scanner.Offset);
        Assert.Equal("first\n", Encoding.UTF8.GetString(scanner.Tail));
    }

    [Fact]
    public void A_scanner_resumed_behind_a_line_knows_the_bytes_before()
    {
        var content = Encoding.UTF8.GetBytes("first\nsecond\n");
        var scanner = new LineScanner(new MemoryStream(content[6..]), 6, content.AsSpan(0, 6));
        Assert.True(scanner.TryRead(takeUnfinished: false, out var line, out _));
        Assert.Equal("second", Encoding.UTF8.GetString(line));
        Assert.Equal("first\nsecond\n", Encoding.UTF8.GetString(scanner.Tail));
    }

    private static byte[] Content(Random random)
    {
        var text = new StringBuilder();
        for (var lines = random.Next(200); lines > 0; lines--)
        {
            text.Append('a', random.Next(40) == 0 ? random.Next(200_000) : random.Next(300)).Append('\n');
        }

        return Encoding.UTF8.GetBytes(text.Append('e', random.Next(3)).ToString());
    }

    /// <summary>Gives out as little as it likes.</summary>
    private sealed class Trickle(byte[] content, Random random) : MemoryStream(content)
    {
        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, 1 + random.Next(5000)));
    }
}
