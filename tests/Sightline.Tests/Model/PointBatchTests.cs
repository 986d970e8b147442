using System.Text;
using Sightline.Core.Model;
using Sightline.Tests.Wire.Fuzzing;

namespace Sightline.Tests.Model;

public sealed class PointBatchTests
{
    [Fact]
    public void What_is_written_is_read_back()
    {
        var writer = Sample();
        Assert.Equal((4, 7), (writer.Points, writer.Count));
        var reader = new PointBatchReader(writer.Payload.Span);
        Assert.Equal((ReceivedBy.Carbon, 1_795_330_000_123, 10U), (reader.ReceivedBy, reader.ReceivedMs, reader.StepSeconds));
        var read = new List<string>();
        while (reader.Read())
        {
            read.Add(reader.Kept is { } kept ? kept.ToString() : reader.Drop is { } drop ? $"{drop.Reason} {drop.Count} {drop.Sample}" : FormattableString.Invariant($"{Encoding.UTF8.GetString(reader.Name)} {reader.Point.Time} {reader.Point.Value}"));
        }

        Assert.Equal(["a.b 100 1.5", "a.b 90 -2", "Malformed 3 broken", "c 4294967295 Infinity", "a.b 0 0", "10:360,60:720 sum 0.5"], read);
    }

    [Fact]
    public void A_writer_is_used_again()
    {
        var writer = Sample();
        writer.Begin(ReceivedBy.StatsD, 1, 0);
        writer.Add("a.b"u8, new Point(5, 6));
        var reader = new PointBatchReader(writer.Payload.Span);
        Assert.True(reader.Read());
        Assert.Equal(("a.b", new Point(5, 6)), (Encoding.UTF8.GetString(reader.Name), reader.Point));
        Assert.False(reader.Read());
    }

    [Fact]
    public void The_numbers_written_to_disk_never_change() =>
        Assert.Equal((2, 4, 5, 22), ((int)RecordKind.Points, (int)ReceivedBy.StatsD, (int)ReceivedBy.Carbon, (int)DropReason.TooManySeries));

    [Fact]
    public void The_format_is_that_of_its_release_and_that_of_the_first_is_read()
    {
        var writer = new PointBatchWriter();
        writer.Begin(ReceivedBy.Carbon, 1, 10);
        writer.Add("ab"u8, new Point(3, 1));
        Assert.Equal("0205020A05616206000000000000F03F", Convert.ToHexString(writer.Payload.Span));

        var reader = new PointBatchReader(Convert.FromHexString("0105020A04616206000000000000F03F00020000000000000040010802034142"));
        Assert.True(reader.Read());
        Assert.Equal(("ab", new Point(3, 1)), (Encoding.UTF8.GetString(reader.Name), reader.Point));
        Assert.True(reader.Read());
        Assert.Equal(("ab", new Point(4, 2)), (Encoding.UTF8.GetString(reader.Name), reader.Point));
        Assert.True(reader.Read());
        Assert.Equal(((DropReason)8, 2U, "AB"), (reader.Drop!.Value.Reason, reader.Drop!.Value.Count, reader.Drop!.Value.Sample));
        Assert.False(reader.Read());
    }

    [Fact]
    public void How_a_series_is_kept_is_no_sample()
    {
        var writer = new PointBatchWriter();
        writer.Begin(ReceivedBy.Whisper, 1, 0);
        Assert.False(writer.HasAny);
        var keeping = new SeriesKeeping([new(10, 360), new(60, 720)], RollUpMethod.AbsMax, 0.25F);
        writer.Add(SeriesLevel.Name("a.b"u8, 60), new Point(60, 1));
        writer.Keep("a.b"u8, keeping, ulong.MaxValue);
        Assert.Equal((1, 1, true), (writer.Points, writer.Count, writer.HasAny));

        var reader = new PointBatchReader(writer.Payload.Span);
        Assert.True(reader.Read());
        Assert.Null(reader.Kept);
        Assert.True(SeriesLevel.TrySplit(reader.Name, out var name, out var step));
        Assert.Equal(("a.b", 60U), (Encoding.UTF8.GetString(name), step));
        Assert.True(reader.Read());
        Assert.Equal((keeping, "a.b", ulong.MaxValue), (reader.Kept, Encoding.UTF8.GetString(reader.KeptName), reader.KeptSource));
        Assert.Equal("10:360,60:720 absmax 0.25", reader.Kept!.ToString());
        Assert.False(reader.Read());
        Assert.False(SeriesLevel.TrySplit("a.b"u8, out _, out _));
    }

    [Fact]
    public void Mutated_records_are_read_or_refused() => FuzzRun.Run("point batch", [Sample().Payload.ToArray()], static input =>
    {
        try
        {
            var reader = new PointBatchReader(input.Span);
            while (reader.Read())
            {
                Assert.True(reader.Drop is not null || (reader.Kept is { } kept ? kept.Archives.Count > 0 && reader.KeptName.Length > 0 : reader.Name.Length > 0 && !double.IsNaN(reader.Point.Value)));
            }
        }
        catch (InvalidDataException)
        {
            // What a damaged record must end in.
        }
    });

    private static PointBatchWriter Sample()
    {
        var writer = new PointBatchWriter();
        writer.Begin(ReceivedBy.Carbon, 1_795_330_000_123, 10);
        writer.Add("a.b"u8, new Point(100, 1.5));
        writer.Add("a.b"u8, new Point(90, -2));
        writer.AddDrop(DropReason.Malformed, 3, "broken");
        writer.Add("c"u8, new Point(uint.MaxValue, double.PositiveInfinity));
        writer.Add("a.b"u8, default);
        writer.Keep("a.b"u8, new SeriesKeeping([new(10, 360), new(60, 720)], RollUpMethod.Sum, 0.5F), 7);
        return writer;
    }
}
