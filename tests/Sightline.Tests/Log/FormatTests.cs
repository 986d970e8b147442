using System.Text;
using Sightline.Core.Model;
using Sightline.Log;

namespace Sightline.Tests.Log;

/// <summary>
/// The format on disk, held by bytes computed apart from this program from docs/log-format.md. If one of these fails, servers can no
/// longer read the logs that older ones left: a new format version is due, not a new constant.
/// </summary>
public sealed class FormatTests
{
    private const string From1000 =
        "89534c4f470d0a1a01004000d7ff65a7e803000000000000de03000000000000" +
        "efcdab8967452301000000000000000000000000000000000000000000000000" +
        "07ceab89674523013017884c0500000007000000010000007369676874eac9ab" +
        "89674523016c901f5700000000ffffffff08000000f2c9ab8967452301305352" +
        "3d140000000201000002000000000102030405060708090a0b0c0d0e0f101112" +
        "13";

    private const string From1097 =
        "89534c4f470d0a1a01004000707029f649040000000000004904000000000000" +
        "efcdab8967452301000000000000000000000000000000000000000000000000" +
        "a6c9ab8967452301a6c12370050000000700000001000000736967687489c9ab" +
        "8967452301d0bc0f1700000000ffffffff0800000091c9ab89674523018c7f42" +
        "7d140000000201000002000000000102030405060708090a0b0c0d0e0f101112" +
        "13";

    private static readonly (RecordKind Kind, uint Project, byte[] Payload)[] s_records =
    [
        (RecordKind.Events, 7, Encoding.ASCII.GetBytes("sight")),
        (RecordKind.Logs, uint.MaxValue, []),
        (RecordKind.Points, 258, [.. Enumerable.Range(0, 20).Select(value => (byte)value)]),
    ];

    [Fact]
    public async Task A_segment_of_version_1_stays_readable()
    {
        await using var log = LogTest.Open(Files(Convert.FromHexString(From1000)));
        using var reader = log.OpenReader(new LogPosition(1000));
        foreach (var (kind, project, payload) in s_records)
        {
            Assert.True(reader.TryRead(out var record));
            Assert.Equal((kind, project), (record.Kind, record.Project));
            Assert.Equal(payload, record.Payload.ToArray());
        }

        Assert.False(reader.TryRead(out _));
        Assert.Equal(new LogPosition(1097), reader.Position);
        Assert.Equal((0L, 0L), (log.Recovery.DamagedBytes, log.Recovery.TornBytes));
    }

    [Fact]
    public async Task What_is_written_is_version_1_to_the_byte()
    {
        var files = Files(Convert.FromHexString(From1000));
        await using var log = LogTest.Open(files);
        foreach (var (kind, project, payload) in s_records)
        {
            await log.AppendAsync(kind, project, payload, TestContext.Current.CancellationToken);
        }

        Assert.Equal("0000000000000001097.seg", Path.GetFileName(files.Names.Keys.Max(StringComparer.Ordinal)));
        Assert.Equal(From1097, Convert.ToHexStringLower(files.Newest().Seen));
    }

    [Fact]
    public void A_segment_of_a_newer_version_is_refused_and_left_as_it_is()
    {
        var bytes = Convert.FromHexString(From1000);
        bytes[8] = 2;
        var crc = Crc32C.End(Crc32C.Add(Crc32C.Add(Crc32C.Begin, bytes.AsSpan(0, 12)), bytes.AsSpan(16, 48)));
        BitConverter.TryWriteBytes(bytes.AsSpan(12), crc);
        var files = Files([.. bytes]);
        Assert.Throws<LogFormatException>(() => LogTest.Open(files));
        Assert.Equal(bytes, files.Newest().Seen);
    }

    [Fact]
    public void The_checksum_is_CRC_32C() => Assert.Equal(0xE3069283, Crc32C.End(Crc32C.Add(Crc32C.Begin, "123456789"u8)));

    [Theory]
    [InlineData(RecordKind.Events, 1)]
    [InlineData(RecordKind.Points, 2)]
    [InlineData(RecordKind.Problems, 3)]
    [InlineData(RecordKind.Spans, 4)]
    [InlineData(RecordKind.Checks, 5)]
    [InlineData(RecordKind.Changes, 6)]
    [InlineData(RecordKind.Replays, 7)]
    [InlineData(RecordKind.Logs, 8)]
    public void The_numbers_of_record_kinds_never_change(RecordKind kind, byte number) => Assert.Equal(number, (byte)kind);

    [Fact]
    public async Task A_kind_this_program_does_not_know_is_handed_on_as_it_is()
    {
        await using var log = LogTest.Open(new MemoryFiles());
        await log.AppendAsync((RecordKind)200, 7, new byte[3], TestContext.Current.CancellationToken);
        using var reader = log.OpenReader(LogPosition.Start);
        Assert.True(reader.TryRead(out var record));
        Assert.Equal((RecordKind)200, record.Kind);
    }

    private static MemoryFiles Files(byte[] segment) => new()
    {
        Names = { [Path.Combine(LogTest.Options.Directory, "0000000000000001000.seg")] = new MemoryFiles.Content { Seen = segment } },
    };
}
