using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using Sightline.Core.Model;
using Sightline.Log;
using Sightline.Tests.Wire.Fuzzing;

namespace Sightline.Tests.Log;

/// <summary>Mutated files: nothing throws, nothing false is read, and every record that was not touched is found.</summary>
public sealed class FuzzTests
{
    private const int Header = 64;
    private const ulong Secret = 0x5EC2E7_0F_7E57;

    // As the parsers' fuzz tests: a fixed number of inputs, or new ones for SIGHTLINE_FUZZ_SECONDS.
    [Fact]
    public void Mutated_segments_yield_exactly_the_records_left_whole()
    {
        var seconds = Environment.GetEnvironmentVariable("SIGHTLINE_FUZZ_SECONDS") is { Length: > 0 } text ? double.Parse(text, CultureInfo.InvariantCulture) : 0;
        var clock = Stopwatch.StartNew();
        var seed = seconds > 0 ? (int)Stopwatch.GetTimestamp() : 20261122;
        var random = new Random(seed);
        var (original, records) = Build(random);
        long found = 0;
        long round = 0;
        for (; seconds > 0 ? clock.Elapsed.TotalSeconds < seconds : round < FuzzRun.DefaultIterations; round++)
        {
            var mutated = original.ToArray();
            for (var count = random.Next(1, 4); count > 0; count--)
            {
                mutated = Mutate(random, mutated);
            }

            found += Check(original, mutated, records, $"seed {seed}, round {round}");
        }

        Assert.InRange(found, round, 15 * round / 2);
    }

    [Fact]
    public async Task Flipped_bits_anywhere_in_a_log_of_several_segments_never_throw_and_never_change_a_payload()
    {
        var random = new Random(77);
        var source = new MemoryFiles();
        await using (var log = LogTest.Open(source, LogTest.Options with { SegmentBytes = 4096 }))
        {
            await log.AppendRangeAsync(0, 150);
        }

        for (var round = 0; round < 1500; round++)
        {
            var files = new MemoryFiles();
            foreach (var (path, content) in source.Names)
            {
                files.Names[path] = new MemoryFiles.Content { Seen = [.. content.Seen] };
            }

            var flips = random.Next(1, 12);
            for (var flip = 0; flip < flips; flip++)
            {
                var bytes = files.Names.Values.ElementAt(random.Next(files.Names.Count)).Seen;
                bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
            }

            await using var log = LogTest.Open(files);
            var read = log.ReadNumbers();
            Assert.Equal(read.Distinct().Order(), read);
            Assert.InRange(read.Count, 150 - flips, 150);
            var lost = Enumerable.Range(0, 150).Except(read).Count();
            Assert.True(lost == 0 || log.Statistics.DamagedRanges > 0 || log.Recovery.TornBytes > 0, $"round {round}: {lost} lost without a word");
            await log.AppendAsync(150);
            Assert.Equal([.. read, 150], log.ReadNumbers());
        }
    }

    private static int Check(byte[] original, byte[] mutated, List<(int At, int Size)> records, string where)
    {
        var file = new MemoryFiles { Names = { ["f"] = new MemoryFiles.Content { Seen = mutated } } };
        using var cursor = new SegmentCursor(file.Open("f"), LogPosition.Start, Secret, LogPosition.Start);
        var limit = mutated.Length - Header;
        var read = new List<int>();
        for (var last = cursor.Position; cursor.Read(limit) is var result && result != CursorResult.End; last = cursor.Position)
        {
            Assert.True(cursor.Position > last && cursor.Position <= limit, $"{where}: from {last} to {cursor.Position} of {limit}");
            if (result == CursorResult.Record)
            {
                var record = cursor.Record;
                Assert.Equal(last, record.Position.Value);
                read.Add((int)last);
                Assert.True(original.AsSpan(Header + (int)last + RecordHeader.Size, record.Payload.Length).SequenceEqual(record.Payload.Span), where);
            }
            else
            {
                Assert.Equal(cursor.Position - last, cursor.Skipped);
            }
        }

        var whole = records.Where(record => Header + record.At + record.Size <= mutated.Length
            && mutated.AsSpan(Header + record.At, record.Size).SequenceEqual(original.AsSpan(Header + record.At, record.Size))).Select(record => record.At);
        Assert.Equal(whole, read);
        return read.Count;
    }

    private static (byte[] Bytes, List<(int At, int Size)> Records) Build(Random random)
    {
        var bytes = new byte[Header];
        var records = new List<(int, int)>();
        foreach (var length in new[] { 0, 1, 7, 40, 300, 24, 90, 8 })
        {
            var at = bytes.Length - Header;
            var record = new byte[RecordHeader.Size + length];
            random.NextBytes(record.AsSpan(RecordHeader.Size));
            RecordHeader.Write(record, RecordHeader.Mark(Secret, at), RecordHeader.AddPayload(record.AsSpan(RecordHeader.Size)), length, 7, RecordKind.Events);
            records.Add((at, record.Length));
            bytes = [.. bytes, .. record];
        }

        return (bytes, records);
    }

    private static byte[] Mutate(Random random, byte[] bytes)
    {
        var at = random.Next(Header, Math.Max(Header + 1, bytes.Length));
        var length = Math.Clamp(random.Next(1, 60), 0, bytes.Length - at);
        switch (random.Next(8))
        {
            case 0:
                random.NextBytes(bytes.AsSpan(at, length));
                break;
            case 1:
                bytes.AsSpan(at, length).Clear();
                break;
            case 2:
                return bytes[..at];
            case 3:
                return [.. bytes[..at], .. bytes[(at + length)..]];
            case 4:
                return [.. bytes[..at], .. bytes.AsSpan(at, length), .. bytes[at..]];
            case 5:
                bytes.AsSpan(at, length).CopyTo(bytes.AsSpan(random.Next(Header, bytes.Length - length + 1)));
                break;
            case 6 when length >= 4:
                BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(at), random.Next(4) switch { 0 => -1, 1 => int.MaxValue, 2 => int.MinValue, _ => 64 << 20 });
                break;
            case 7 when length > 0:
                bytes[at] ^= (byte)(1 << random.Next(8));
                break;
        }

        return bytes;
    }
}
