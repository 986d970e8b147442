using Sightline.Core.Queries.Graphite;

namespace Sightline.Server.Features.Graphite;

/// <summary>What the API is put together from.</summary>
internal static class GraphiteServices
{
    public static void AddGraphite(this IServiceCollection services) => services
        .AddSingleton(static provider => provider.GetRequiredService<DataPath>().GraphiteEvents)
        .AddSingleton<GraphiteTags>()
        .AddSingleton(static _ => new MetricTurns { Most = RequestLimits.Within(MachineMemory.OfThisOne().QueriesBytes) })
        .AddSingleton<GraphiteService>();
}
