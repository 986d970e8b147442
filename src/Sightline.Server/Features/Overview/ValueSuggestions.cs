using Sightline.Core.Queries;

namespace Sightline.Server.Features.Overview;

/// <summary>Values of a dimension that contain what somebody is typing into a filter, commonest first.</summary>
internal sealed class ValueSuggestions(StatsAsk stats, IPropNames props)
{
    private const int Most = 20;

    public async Task<IReadOnlyList<string>> OfAsync(Core.Model.Project project, OverviewState state, string dimension, string text, CancellationToken cancellationToken)
    {
        if (dimension == FilterEdit.Property)
        {
            return [.. props.Of(project).Where(name => name.Contains(text.Trim(), StringComparison.OrdinalIgnoreCase)).Take(Most)];
        }

        if (!Dimension.TryParse(dimension, out var known) || known.IsTime || text.Length > 200)
        {
            return [];
        }

        var answer = await stats.AskAsync(OverviewQueries.Values(state, dimension, text.Trim(), Most), cancellationToken);
        return [.. answer.Rows.Select(row => row.Dimensions[0]).OfType<string>().Where(value => value.Length > 0).Select(value => DimensionNames.Value(dimension, value))];
    }
}
