using System.Text;

namespace Sightline.Tests.Wire.Fuzzing;

public sealed class FuzzRunTests
{
    private static readonly string[] Seeds = ["{\"name\":\"pageview\",\"url\":\"https://example.com/\"}", "idsite=1&rec=1"];

    [Fact]
    public void The_same_seed_gives_the_same_inputs()
    {
        byte[][] seeds = [Encoding.UTF8.GetBytes(Seeds[0])];
        var first = new Mutator(seeds, [], seed: 7);
        var second = new Mutator(seeds, [], seed: 7);
        var other = new Mutator(seeds, [], seed: 8);
        var differs = false;
        for (var i = 0; i < 1000; i++)
        {
            var input = first.Next();
            Assert.True(input.Span.SequenceEqual(second.Next().Span));
            differs |= !input.Span.SequenceEqual(other.Next().Span);
        }

        Assert.True(differs);
    }

    [Fact]
    public void Inputs_reach_truncation_growth_invalid_utf8_and_dictionary_tokens()
    {
        int empty = 0, huge = 0, invalid = 0, token = 0;
        FuzzRun.Run("itself", Seeds, Look, 20_000, "wombat");
        Assert.True(empty > 0 && huge > 0 && invalid > 0 && token > 0, $"{empty} {huge} {invalid} {token}");

        void Look(ReadOnlyMemory<byte> input)
        {
            empty += input.IsEmpty ? 1 : 0;
            huge += input.Length > 16_384 ? 1 : 0;
            invalid += System.Text.Unicode.Utf8.IsValid(input.Span) ? 0 : 1;
            token += input.Span.IndexOf("wombat"u8) >= 0 ? 1 : 0;
        }
    }

    [Fact]
    public void A_parser_that_throws_fails_with_the_input_that_did_it()
    {
        var fault = Assert.Throws<InvalidOperationException>(() => FuzzRun.Run("brittle", Seeds, Brittle));
        Assert.Contains("brittle: input ", fault.Message, StringComparison.Ordinal);
        Assert.Contains("base64: ", fault.Message, StringComparison.Ordinal);

        static void Brittle(ReadOnlyMemory<byte> input)
        {
            if (input.Span.Contains((byte)0))
            {
                throw new FormatException("NUL");
            }
        }
    }

    [Fact]
    public void A_parser_that_allocates_without_bound_fails() =>
        Assert.ThrowsAny<Xunit.Sdk.XunitException>(() => FuzzRun.Run("greedy", Seeds, static input => GC.KeepAlive(new byte[(input.Length * 4096L) + (16 * 1024 * 1024)]), 100));
}
