using Sightline.Core.Model;
using Sightline.Core.Queries.Explore;
using Sightline.Store;
using Sightline.Store.Series;

namespace Sightline.Server.Features.Explorer;

/// <summary>Catalogues of the projects whose metrics somebody explores.</summary>
internal sealed class ExplorerCatalogues(EventStore store, ExplorerRules rules, TimeProvider time)
{
    private readonly SeriesFollowers<MetricCatalogue> _kept = new(store.Series, time);

    /// <summary>With all metrics that the project has now.</summary>
    /// <exception cref="ExploreException">The project's rules cannot be read.</exception>
    public async Task<SeriesFollower<MetricCatalogue>> WholeAsync(Project project, CancellationToken cancellationToken)
    {
        var catalogue = Of(project);
        await catalogue.FollowAsync(cancellationToken);
        return catalogue;
    }

    /// <summary>With the metrics that are in it so far.</summary>
    /// <inheritdoc cref="WholeAsync" path="/exception"/>
    public SeriesFollower<MetricCatalogue> Of(Project project)
    {
        var known = rules.Of(project.Id);
        return _kept.Of(project.Id, known.Text, () => new MetricCatalogue(known), static (catalogue, series) => catalogue.Add(series.Utf8Name));
    }
}
