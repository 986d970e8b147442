using System.Globalization;
using Sightline.Tests.Queries.Differential;

namespace Sightline.Benchmarks;

/// <summary><c>query-fuzz [SECONDS]</c>: random sites and queries against the naive model until stopped, or for so long. A difference ends it with its place.</summary>
internal static class QueryFuzz
{
    public static async Task<int> RunAsync(string[] args)
    {
        using CancellationTokenSource stop = args is [var seconds]
            ? new(TimeSpan.FromSeconds(double.Parse(seconds, CultureInfo.InvariantCulture)))
            : new();
        Console.CancelKeyPress += (_, pressed) =>
        {
            pressed.Cancel = true;
            stop.Cancel();
        };
        var seed = Environment.TickCount;
        var directory = Directory.CreateTempSubdirectory("sightline-query-fuzz-").FullName;
        DifferentialRun run = new(directory, seed);
        try
        {
            for (var world = 0; !stop.IsCancellationRequested; world++)
            {
                await run.WorldAsync(world, batches: 4, queriesPerBatch: 50, stop.Token).ConfigureAwait(false);
                Directory.Delete(Path.Combine(directory, $"world-{world}"), recursive: true);
                Console.WriteLine($"seed {seed}: {world + 1} sites, {run.Cases} queries, no difference");
            }
        }
        catch (OperationCanceledException)
        {
            Console.WriteLine($"seed {seed}: stopped after {run.Cases} queries, no difference");
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
        return 0;
    }
}
