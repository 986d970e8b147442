using System.Buffers.Binary;
using System.Text;
using Sightline.Core.Model;
using Sightline.Core.Wire.Graphite;
using Sightline.Tests.Wire.Fuzzing;

namespace Sightline.Tests.Wire.Graphite;

/// <summary>What whisper itself writes is compared in WhisperImportTests; here are files that nobody should have written.</summary>
public sealed class WhisperFileTests
{
    [Fact]
    public void A_point_counts_only_where_its_time_belongs()
    {
        var bytes = File((10, 6));
        Put(bytes, 28, 0, 1000, 1);
        Put(bytes, 28, 1, 1010, 2);
        Put(bytes, 28, 2, 1030, 3);
        Put(bytes, 28, 3, 1033, 4);
        Put(bytes, 28, 4, 980, double.NaN);
        Put(bytes, 28, 5, 990, 6);
        Assert.Equal([new Point(990, 6), new Point(1000, 1), new Point(1010, 2)], WhisperFile.Read(bytes).Points(0));
    }

    [Theory]
    [InlineData(0, 0, "head")]
    [InlineData(0, 9, "head")]
    [InlineData(12, 21, "head")]
    [InlineData(12, 3, "cannot follow")]
    [InlineData(20, 0, "no archive")]
    [InlineData(24, 1_000_000, "ends before")]
    [InlineData(32, 10, "finest comes first")]
    [InlineData(32, 65, "no multiple")]
    public void A_damaged_head_is_told(int at, uint value, string why)
    {
        var bytes = File((10, 6), (60, 6));
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(at), value);
        Assert.Contains(why, Assert.Throws<InvalidDataException>(() => WhisperFile.Read(bytes)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_short_file_is_told() => Assert.Throws<InvalidDataException>(() => WhisperFile.Read(new byte[27]));

    [Fact]
    public void The_step_in_which_a_file_ends_is_left_to_the_finer_points()
    {
        var bytes = File((10, 12), (60, 10));
        Put(bytes, 40, 0, 600, 1);
        Put(bytes, 40, 7, 670, 2);
        Put(bytes, 40 + (12 * 12), 0, 600, 5);
        Put(bytes, 40 + (12 * 12), 1, 660, 6);
        var points = WhisperPoints.Of(WhisperFile.Read(bytes), Encoding.UTF8.GetBytes("a")).ToList();
        Assert.Equal([(1, 600U, 1.0), (1, 670U, 2.0), (4, 600U, 5.0)], points.Select(static point => (point.Name.Length, point.Point.Time, point.Point.Value)));
    }

    [Fact]
    public void Mutated_files_are_read_or_refused()
    {
        var bytes = File((10, 36), (60, 12), (600, 6));
        for (var i = 0; i < 36; i++)
        {
            Put(bytes, 52, i, 1_795_330_000 + ((uint)i * 10), i);
        }

        FuzzRun.Run("whisper", [bytes, File((1, 1))], static input =>
        {
            try
            {
                var file = WhisperFile.Read(input.ToArray());
                Assert.All(WhisperPoints.Of(file, [1]), static point => Assert.True(point.Point.Time > 0 && !double.IsNaN(point.Point.Value)));
                Assert.Equal(file.Keeping, SeriesKeeping.Parse(file.Keeping.ToString()));
            }
            catch (InvalidDataException fault)
            {
                Assert.NotEmpty(fault.Message);
            }
        });
    }

    private static byte[] File(params (uint Step, uint Points)[] archives)
    {
        var bytes = new byte[16 + (archives.Length * 12) + archives.Sum(static archive => archive.Points * 12)];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, 1);
        BinaryPrimitives.WriteSingleBigEndian(bytes.AsSpan(8), 0.5F);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(12), (uint)archives.Length);
        var offset = 16 + (uint)(archives.Length * 12);
        for (var i = 0; i < archives.Length; i++)
        {
            var at = bytes.AsSpan(16 + (i * 12));
            BinaryPrimitives.WriteUInt32BigEndian(at, offset);
            BinaryPrimitives.WriteUInt32BigEndian(at[4..], archives[i].Step);
            BinaryPrimitives.WriteUInt32BigEndian(at[8..], archives[i].Points);
            offset += archives[i].Points * 12;
        }

        return bytes;
    }

    private static void Put(byte[] bytes, int archive, int place, uint time, double value)
    {
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(archive + (place * 12)), time);
        BinaryPrimitives.WriteDoubleBigEndian(bytes.AsSpan(archive + (place * 12) + 4), value);
    }
}
