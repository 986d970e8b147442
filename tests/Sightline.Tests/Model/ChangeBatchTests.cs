using System.Buffers;
using Sightline.Core.Model;
using Sightline.Tests.Wire.Fuzzing;

namespace Sightline.Tests.Model;

public sealed class ChangeBatchTests
{
    [Fact]
    public void What_is_written_is_read_back()
    {
        var read = ChangeBatch.Read(Written(Sample()));
        Assert.Equal((ReceivedBy.StatsD, 1_795_330_000_123), (read.ReceivedBy, read.ReceivedMs));
        Assert.Equal(
            ["1795330000 Déployed two\nlines team:shop,urgent", "-5 x  "],
            read.Changes.Select(static change => $"{change.Time} {change.What} {change.Data} {string.Join(',', change.Tags)}"));
    }

    [Fact]
    public void The_format_is_that_of_its_release()
    {
        Assert.Equal(6, (int)RecordKind.Changes);
        Assert.Equal("010402060261026201026300010100", Convert.ToHexString(Written(new ChangeBatch(ReceivedBy.StatsD, 1, [new Change(3, "a", "b", ["c"]), new Change(0, "", "", [])]))));
        Assert.Throws<InvalidDataException>(static () => ChangeBatch.Read([2, 4, 2]));
        Assert.Throws<InvalidDataException>(static () => ChangeBatch.Read([1, 4, 2, 6, 2, 97, 0, 200, 1, 1]));
    }

    [Fact]
    public void Mutated_records_are_read_or_refused() => FuzzRun.Run("change batch", [Written(Sample())], static input =>
    {
        try
        {
            Assert.All(ChangeBatch.Read(input.Span).Changes, static change => Assert.NotNull(change.What));
        }
        catch (InvalidDataException)
        {
            // What a damaged record must end in.
        }
    });

    private static ChangeBatch Sample() =>
        new(ReceivedBy.StatsD, 1_795_330_000_123, [new Change(1_795_330_000, "Déployed", "two\nlines", ["team:shop", "urgent"]), new Change(-5, "x", "", [])]);

    private static byte[] Written(ChangeBatch batch)
    {
        var output = new ArrayBufferWriter<byte>();
        batch.Write(output);
        return output.WrittenSpan.ToArray();
    }
}
