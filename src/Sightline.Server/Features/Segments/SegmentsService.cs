using System.Text.Json;
using Sightline.Core.Queries;
using Sightline.Server.Features.Overview;
using Sightline.Store.Settings;

namespace Sightline.Server.Features.Segments;

/// <summary>The segments of a project, as pages show and change them.</summary>
internal sealed class SegmentsService(SegmentStore store)
{
    /// <summary>By name.</summary>
    public IReadOnlyList<SegmentChoice> Of(uint project) => [.. store.Of(project).Select(segment => new SegmentChoice(segment.Id, segment.Name))];

    /// <summary>With what they keep, by name.</summary>
    public IReadOnlyList<SegmentLine> Lines(uint project) => [.. store.Of(project).Select(segment =>
    {
        var filter = JsonElement.Parse(FilterWriter.Text(segment.Filter));
        return new SegmentLine(new SegmentChoice(segment.Id, segment.Name), FilterJson.Read(filter), filter.GetRawText());
    })];

    /// <summary>The filters of a page as one; <see langword="null"/>: there are none.</summary>
    /// <exception cref="InvalidQueryException">One cannot be used.</exception>
    public static Filter? Filter(OverviewState state)
    {
        if (FilterJson.All(state.Filters) is not { } json)
        {
            return null;
        }

        using var document = JsonDocument.Parse(json.ToJsonString());
        return FilterParser.Parse(document.RootElement, "filter");
    }

    /// <exception cref="InvalidSettingException">The name cannot be used.</exception>
    /// <exception cref="InvalidQueryException">The filter cannot.</exception>
    public SegmentChoice Add(uint project, string name, Filter filter)
    {
        var added = store.Add(project, name, filter);
        return new SegmentChoice(added.Id, added.Name);
    }

    /// <summary>Another name and, when given, other filters.</summary>
    /// <exception cref="InvalidSettingException">The name cannot be used, or the segment is gone.</exception>
    /// <exception cref="InvalidQueryException">The filter cannot be used.</exception>
    public void Change(uint project, long id, string name, Filter? filter)
    {
        var old = store.Find(project, id) ?? throw new InvalidSettingException("this segment is gone");
        store.Change(project, id, name, filter ?? old.Filter);
    }

    /// <exception cref="SegmentInUseException">Others name it.</exception>
    public void Remove(uint project, long id) => store.Remove(project, id);
}
