using System.Buffers.Binary;
using Microsoft.Extensions.Time.Testing;
using Sightline.Core.Model;
using Sightline.Log;

namespace Sightline.Tests.Log;

/// <summary>What the log's tests share: small options, numbered payloads, reading everything.</summary>
internal static class LogTest
{
    public static readonly LogOptions Options = new() { Directory = "/log", MinFreeDiskBytes = 0, RetryAfter = TimeSpan.Zero };

    public static DurableLog Open(MemoryFiles files, LogOptions? options = null) => DurableLog.Open(options ?? Options, new FakeTimeProvider(), null, files);

    /// <summary>A payload that tells its number and whether it is whole.</summary>
    public static byte[] Payload(int number, int length = 40)
    {
        var payload = new byte[Math.Max(length, 8)];
        new Random(number).NextBytes(payload);
        BinaryPrimitives.WriteInt32LittleEndian(payload, number);
        BinaryPrimitives.WriteInt32LittleEndian(payload.AsSpan(4), payload.Length);
        return payload;
    }

    public static ValueTask<LogPosition> AppendAsync(this DurableLog log, int number, int length = 40) =>
        log.AppendAsync(RecordKind.Events, 7, Payload(number, length), TestContext.Current.CancellationToken);

    public static async Task AppendRangeAsync(this DurableLog log, int from, int count, int length = 40)
    {
        for (var number = from; number < from + count; number++)
        {
            await log.AppendAsync(number, length);
        }
    }

    /// <summary>The numbers of all durable records from a position on; every payload must be the one that was appended.</summary>
    public static List<int> ReadNumbers(this DurableLog log, LogPosition from = default)
    {
        using var reader = log.OpenReader(from);
        var numbers = new List<int>();
        var last = from;
        while (reader.TryRead(out var record))
        {
            var number = BinaryPrimitives.ReadInt32LittleEndian(record.Payload.Span);
            Assert.Equal(Payload(number, BinaryPrimitives.ReadInt32LittleEndian(record.Payload.Span[4..])), record.Payload.ToArray());
            Assert.Equal((RecordKind.Events, 7u), (record.Kind, record.Project));
            Assert.True(record.Position >= last && record.End > record.Position);
            last = record.End;
            numbers.Add(number);
        }

        return numbers;
    }
}
