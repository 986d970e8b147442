using System.Globalization;
using System.Text;
using Sightline.Core.Model;
using Sightline.Core.Wire.Graphite;
using Sightline.Server.Features.Settings;
using Sightline.Server.Show;
using Sightline.Store;
using Sightline.Store.Settings;

namespace Sightline.Server.Features.Keeping;

/// <summary>Shows and changes how metrics are kept.</summary>
internal sealed class KeepingService(StorageRuleStore rules, ProjectSettings settings, EventStore store, TimeProvider time)
{
    private static readonly (string Name, long Seconds)[] Units = [("year", 31_536_000), ("week", 604_800), ("day", 86_400), ("hour", 3600), ("minute", 60), ("second", 1)];

    public StorageRules TextsOf(uint project) => rules.Of(project);

    /// <summary>Sets both files, or none of them.</summary>
    /// <returns>What is wrong with them, by file and line; empty: nothing.</returns>
    public IReadOnlyList<string> Set(HttpContext context, Project project, StorageRules texts)
    {
        var read = KeepingRules.Parse(texts.Schemas, texts.Aggregation);
        var lines = LineRules.Parse(texts.Rewrites, texts.Aggregates);
        List<string> faults =
        [
            .. read.Schemas.Faults.Select(static fault => $"storage-schemas.conf, {fault}"), .. read.Aggregation.Faults.Select(static fault => $"storage-aggregation.conf, {fault}"),
            .. lines.Rewrites.Faults.Select(static fault => $"rewrite-rules.conf, {fault}"), .. lines.Aggregations.Faults.Select(static fault => $"aggregation-rules.conf, {fault}"),
        ];
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

        settings.Log(context, project.Id, "changed how metrics are kept", string.Join(", ", new[]
        {
            read.IsEmpty ? "every point, for ever" : string.Create(CultureInfo.InvariantCulture, $"{read.Schemas.Count} schemas"),
            lines.IsEmpty ? "" : string.Create(CultureInfo.InvariantCulture, $"{lines.Rewrites.Count} rewrite rules, {lines.Aggregations.Count} aggregation rules"),
        }.Where(static part => part.Length > 0)));
        return [];
    }

    /// <summary>What saving these would remove of what is stored, in words; <see langword="null"/>: nothing. Imported series keep their own way.</summary>
    public string? Cost(uint project, StorageRules texts)
    {
        var (before, after) = (rules.RulesOf(project), KeepingRules.Parse(texts.Schemas, texts.Aggregation));
        if (texts with { Rewrites = "", Aggregates = "" } == rules.Of(project) with { Rewrites = "", Aggregates = "" } || after.Schemas.Faults.Count + after.Aggregation.Faults.Count > 0)
        {
            return null;
        }

        var now = time.GetUtcNow().ToUnixTimeSeconds();
        var (removed, coarser, removedPoints, coarserPoints) = (0L, 0L, 0L, 0L);
        foreach (var alike in store.Series.All(project, taggedOnly: false).Where(static entry => entry.Keeping is null)
            .Select(static entry => (Entry: entry, entry.Name)).GroupBy(one => (Old: before.Of(one.Name), New: after.Of(one.Name))))
        {
            if (alike.Key.New is not { } kept || kept.Equals(alike.Key.Old))
            {
                continue;
            }

            var end = now - kept.Archives[^1].Retention;
            var fine = now - kept.Archives[0].Retention;
            var entries = alike.Select(static one => one.Entry).ToList();
            var due = store.Maintenance.CountPoints([.. entries.SelectMany(static entry => entry.Coarser.Prepend(entry))], From(alike.Key.Old?.Archives[^1].Retention), end);
            (removedPoints, removed) = (removedPoints + due.Points, removed + due.Series);
            due = store.Maintenance.CountPoints(entries, Math.Max(end, From(alike.Key.Old?.Archives[0].Retention)), fine);
            (coarserPoints, coarser) = (coarserPoints + due.Points, coarser + due.Series);
        }

        return removedPoints + coarserPoints == 0 ? null : string.Join("; ", new[]
        {
            removedPoints == 0 ? "" : $"about {Format.Count(removedPoints)} points of {Format.Count(removed)} series and archives are older than they would be kept, and are removed",
            coarserPoints == 0 ? "" : $"about {Format.Count(coarserPoints)} points of {Format.Count(coarser)} series become coarser ones",
        }.Where(static part => part.Length > 0)) + ". This cannot be undone.";

        long From(long? retention) => retention is { } seconds ? now - seconds : 0;
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
