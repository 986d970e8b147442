using Sightline.Core.Queries;
using Sightline.Tests.Store;

namespace Sightline.Tests.Queries.Differential;

public sealed class DifferentialTests(ITestOutputHelper output)
{
    private const int Worlds = 10;
    private const int Batches = 4;
    private const int QueriesPerBatch = 52;

    [Fact]
    public async Task Random_queries_are_answered_as_the_naive_model_does()
    {
        using TempDirectory directory = new();
        DifferentialRun run = new(directory.Path, seed: 20_261_122);
        for (var world = 0; world < Worlds; world++)
        {
            await run.WorldAsync(world, Batches, QueriesPerBatch, TestContext.Current.CancellationToken);
        }
        output.WriteLine($"{run.Cases} cases, {run.OfVisits} of visits only, {run.Compared} with a comparison, {run.CacheHits} asked again came from the cache, {run.PartialHits} partly at once; {run.Settled} months settled, {run.Cut} times read through cuts; "
            + $"{run.EngineTime.TotalSeconds:0.0} s in the engine, {run.ModelTime.TotalSeconds:0.0} s in the model");
        Assert.Equal(Worlds * (Batches + 1) * QueriesPerBatch, run.Cases);
        Assert.Equal(run.Cases, run.CacheHits);
        Assert.True(run.PartialHits > 0);
        Assert.True(run.Settled > 15);
        Assert.True(run.Cut > 0);
        Assert.True(run.Compared > 100);
        Assert.True(run.OfVisits > 200);
        string[] operators = [.. Enum.GetNames<FilterOperator>(), "not Is", "not Contains", "not Matches", "not IsSet", "and", "or", "has_done", "has_not_done"];
        Assert.Empty(RandomQueries.Metrics.Except(run.Seen));
        Assert.Empty(RandomQueries.Dimensions.Except(run.Seen));
        Assert.Empty(RandomQueries.Dimensions.Select(dimension => "filter " + dimension).Except(run.Seen));
        Assert.Empty(RandomQueries.Times.Except(run.Seen));
        Assert.Empty(RandomQueries.Ranges.Except(run.Seen));
        Assert.Empty(operators.Except(run.Seen));
    }
}
