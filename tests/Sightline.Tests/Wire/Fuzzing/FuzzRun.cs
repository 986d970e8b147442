using System.Diagnostics;
using System.Globalization;

namespace Sightline.Tests.Wire.Fuzzing;

/// <summary>
/// Feeds a parser mutated inputs. A parser passes when it throws nothing, whatever it reads, is never slow and never allocates
/// out of proportion to its input. <c>SIGHTLINE_FUZZ_SECONDS=N</c> replaces the fixed number of inputs by N seconds of new ones.
/// </summary>
internal static class FuzzRun
{
    public const int DefaultIterations = 200_000;

    private const int SlowSeconds = 5;
    private const long AllocatedFloor = 8 * 1024 * 1024;
    private const long AllocatedPerByte = 2048;

    public static void Run(string name, IReadOnlyList<string> seeds, Action<ReadOnlyMemory<byte>> target, int iterations = DefaultIterations, params string[] dictionary) =>
        Run(name, [.. seeds.Select(System.Text.Encoding.UTF8.GetBytes)], target, iterations, dictionary);

    /// <param name="name">Names the parser when an input fails.</param>
    /// <param name="seeds">Good inputs, from recorded requests.</param>
    /// <param name="target">Parses one input; the memory is reused for the next, as request buffers are.</param>
    /// <param name="iterations">Inputs when no duration is set.</param>
    /// <param name="dictionary">Tokens of the protocol, beside those every text protocol shares.</param>
    public static void Run(string name, IReadOnlyList<byte[]> seeds, Action<ReadOnlyMemory<byte>> target, int iterations = DefaultIterations, params string[] dictionary)
    {
        foreach (var seed in seeds)
        {
            target(seed);
        }

        var seconds = Environment.GetEnvironmentVariable("SIGHTLINE_FUZZ_SECONDS") is { Length: > 0 } text ? double.Parse(text, CultureInfo.InvariantCulture) : 0;
        var run = Stopwatch.StartNew();
        // A timed run is for finding what the fixed one does not, so each begins elsewhere and says where.
        var seedNumber = seconds > 0 ? (ulong)Stopwatch.GetTimestamp() : 20_261_122;
        var mutator = new Mutator(seeds, dictionary, seedNumber);
        for (var i = 0L; seconds > 0 ? run.Elapsed.TotalSeconds < seconds : i < iterations; i++)
        {
            One(name, seedNumber, i, mutator.Next(), target);
        }
    }

    private static void One(string name, ulong seed, long number, ReadOnlyMemory<byte> input, Action<ReadOnlyMemory<byte>> target)
    {
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var start = Stopwatch.GetTimestamp();
        try
        {
            target(input);
        }
        catch (Exception e)
        {
            throw new InvalidOperationException(Describe(name, seed, number, input, $"threw {e.GetType().Name}: {e.Message}"), e);
        }

        var took = Stopwatch.GetElapsedTime(start);
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        if (took.TotalSeconds > SlowSeconds)
        {
            Assert.Fail(Describe(name, seed, number, input, $"took {took.TotalSeconds:F1} s"));
        }

        if (allocated > AllocatedFloor + (AllocatedPerByte * input.Length))
        {
            Assert.Fail(Describe(name, seed, number, input, $"allocated {allocated} bytes"));
        }
    }

    private static string Describe(string name, ulong seed, long number, ReadOnlyMemory<byte> input, string what)
    {
        var shown = input.Span[..Math.Min(input.Length, 4096)];
        return $"{name}: input {number} of seed {seed} ({input.Length} bytes) {what}\nbase64: {Convert.ToBase64String(shown)}";
    }
}
