using Microsoft.Extensions.DependencyInjection;
using Sightline.Core.Queries;
using Sightline.Store;
using Sightline.Store.Settings;

namespace Sightline.Server.Query;

/// <summary>What <see cref="QueryEndpoints.MapQuery"/> and every page need; the store, the settings and the clock are there already.</summary>
internal static class QueryServices
{
    public static IServiceCollection AddQuery(this IServiceCollection services, QueryOptions options) => services
        .AddSingleton<SegmentStore>()
        .AddSingleton<SegmentResolver>(provider =>
        {
            var segments = provider.GetRequiredService<SegmentStore>();
            return (project, id) => segments.Find(project, id)?.Filter;
        })
        .AddSingleton<IQueryAuthorizer, TokenQueryAuthorizer>()
        .AddSingleton(provider => new QueryService(
            provider.GetRequiredService<EventStore>(), options, provider.GetRequiredService<SegmentResolver>(), provider.GetRequiredService<TimeProvider>()));
}
