using System.Globalization;
using Sightline.Core.Model;
using Sightline.Core.Wire.Graphite;
using Sightline.Server.Features.Settings;
using Sightline.Store.Settings;

namespace Sightline.Server.Features.Keeping;

/// <summary>Shows and changes how metrics are kept.</summary>
internal sealed class KeepingService(StorageRuleStore rules, ProjectSettings settings)
{
    private static readonly (string Name, long Seconds)[] Units = [("year", 31_536_000), ("week", 604_800), ("day", 86_400), ("hour", 3600), ("minute", 60), ("second", 1)];

    public StorageRules TextsOf(uint project) => rules.Of(project);

    /// <summary>Sets both files, or none of them.</summary>
    /// <returns>What is wrong with them, by file and line; empty: nothing.</returns>
    public IReadOnlyList<string> Set(HttpContext context, Project project, StorageRules texts)
    {
        var read = KeepingRules.Parse(texts.Schemas, texts.Aggregation);
        List<string> faults = [.. read.Schemas.Faults.Select(static fault => $"storage-schemas.conf, {fault}"), .. read.Aggregation.Faults.Select(static fault => $"storage-aggregation.conf, {fault}")];
        if (faults.Count > 0 || texts == rules.Of(project.Id))
        {
            return faults;
        }

        try
        {
            rules.Set(project.Id, texts);
        }
        catch (InvalidSettingException fault)
        {
            return [fault.Message];
        }

        settings.Log(context, project.Id, "changed how metrics are kept", read.IsEmpty ? "every point, for ever" : string.Create(CultureInfo.InvariantCulture, $"{read.Schemas.Count} schemas"));
        return [];
    }

    /// <summary>How a series of that name is kept, in words.</summary>
    public string Try(uint project, string name)
    {
        if (SeriesName.Canonical(name.Trim()) is not { } canonical)
        {
            return "That cannot be a name.";
        }

        var read = rules.RulesOf(project);
        if (read.Schemas.Find(canonical) is not { } schema)
        {
            return "No section fits: every point is kept, for ever.";
        }

        var (method, factor) = read.Aggregation.Find(canonical);
        var archives = string.Join(", then ", schema.Archives.Select(static archive => $"a value every {Time(archive.Step, "")} for {Time(archive.Retention, archive.Retention == 3600 ? "an " : "a ")}"));
        return schema.Archives.Count == 1
            ? $"[{schema.Section}] keeps {archives}."
            : string.Create(CultureInfo.InvariantCulture, $"[{schema.Section}] keeps {archives}; coarser values are the {SeriesKeeping.NameOf(method)} of the finer ones, where at least {factor:0.##%} of them are there.");
    }

    private static string Time(long seconds, string one)
    {
        var (unit, size) = Array.Find(Units, unit => seconds % unit.Seconds == 0);
        return seconds == size ? one + unit : string.Create(CultureInfo.InvariantCulture, $"{seconds / size} {unit}s");
    }
}
