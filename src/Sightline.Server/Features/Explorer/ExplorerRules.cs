using System.Collections.Concurrent;
using Sightline.Core.Queries.Explore;
using Sightline.Store.Settings;

namespace Sightline.Server.Features.Explorer;

/// <summary>The rules of projects, read once.</summary>
internal sealed class ExplorerRules(MetricRuleStore store)
{
    private readonly ConcurrentDictionary<string, MetricRules> _read = new(StringComparer.Ordinal);

    public MetricRules Of(uint project) => _read.GetOrAdd(TextOf(project), MetricRules.Parse);

    public string TextOf(uint project) => store.Of(project);

    /// <exception cref="ExploreException">A line cannot be read.</exception>
    /// <exception cref="InvalidSettingException">They cannot be kept.</exception>
    public void Set(uint project, string text)
    {
        MetricRules.Parse(text);
        // Those that nobody has any more would stay for ever.
        _read.Clear();
        store.Set(project, text);
    }
}
