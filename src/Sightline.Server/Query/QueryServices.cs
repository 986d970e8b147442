using Microsoft.Extensions.DependencyInjection;
using Sightline.Core.Queries;
using Sightline.Store;

namespace Sightline.Server.Query;

/// <summary>What <see cref="QueryEndpoints.MapQuery"/> and every page need; the store, the settings and the clock are there already.</summary>
internal static class QueryServices
{
    public static IServiceCollection AddQuery(this IServiceCollection services, QueryOptions options, SegmentResolver segments) => services
        .AddSingleton<IQueryAuthorizer, TokenQueryAuthorizer>()
        .AddSingleton(provider => new QueryService(
            provider.GetRequiredService<EventStore>(), options, segments, provider.GetRequiredService<TimeProvider>()));
}
