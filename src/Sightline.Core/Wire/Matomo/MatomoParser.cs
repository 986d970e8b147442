using Sightline.Core.Model;
using Sightline.Core.Wire.Common;

namespace Sightline.Core.Wire.Matomo;

/// <summary>
/// Turns a hit of Matomo's Tracking HTTP API into events. Whatever the hit, the batch afterwards holds more: its events, or a drop that
/// says why there are none. Keeps a buffer: one instance for one thread at a time.
/// </summary>
public sealed class MatomoParser
{
    private const int SampleLength = 300;

    private readonly PropsWriter _props = new();

    /// <summary>The project a hit is for.</summary>
    public static bool TryReadSite(FormFields fields, out uint site) => MatomoIds.TryReadSite(fields, out site);

    /// <summary>Reads one hit. The order of checks is Matomo's, which decides between an answer of 200 and one of 400.</summary>
    public MatomoResult Read(FormFields fields, in MatomoFacts facts, EventBatch into)
    {
        if (fields.Overflowed)
        {
            return Refuse(into, DropReason.TooLarge, $"more than {FormFields.MaxFields} parameters", fields);
        }

        if (fields.Trimmed("cip") is not null && !facts.Authorised)
        {
            return Refuse(into, DropReason.NotAuthorised, "cip without a valid token_auth", fields);
        }

        if (IsExcluded(fields, facts, into))
        {
            return MatomoResult.Excluded;
        }

        _props.Clear();
        var hit = new MatomoHit(fields, facts, _props);
        if (hit.Prepare() is { } fault)
        {
            return Refuse(into, fault.Reason, fault.Sample!, fields);
        }

        return AddEvents(hit, into);
    }

    private static bool IsExcluded(FormFields fields, in MatomoFacts facts, EventBatch into)
    {
        if (fields.Text("rec") != "1")
        {
            Drop(into, DropReason.NotWanted, "rec is not 1", fields);
            return true;
        }

        if (facts.IgnoreCookie)
        {
            Drop(into, DropReason.NotWanted, "opt-out cookie", fields);
            return true;
        }

        if (facts.Prefetch)
        {
            Drop(into, DropReason.Prefetch, "prefetch header", fields);
            return true;
        }

        return false;
    }

    // A hit is one thing only; where it could be several, Matomo's priorities decide.
    private MatomoResult AddEvents(MatomoHit hit, EventBatch into)
    {
        var fields = hit.Fields;
        if (fields.Text("ping") == "1")
        {
            return Add(hit, into, EventKind.Engagement, "engagement");
        }

        if (MatomoIds.TryReadNumber(fields.Text("idgoal"), out var goal))
        {
            if (goal != 0)
            {
                return AddGoal(hit, into, goal);
            }

            MatomoEcommerce.Add(hit, into);
            return MatomoResult.Tracked;
        }

        hit.Ignore(fields.Trimmed("idgoal") is not null, "idgoal");
        if (fields.Trimmed("download") is { } download)
        {
            _props.Add("url", download);
            return Add(hit, into, EventKind.Interaction, "download");
        }

        if (fields.Trimmed("link") is { } link)
        {
            _props.Add("url", link);
            return Add(hit, into, EventKind.Interaction, "outlink");
        }

        if (fields.Text("e_c") is { Length: > 0 } && fields.Text("e_a") is { Length: > 0 })
        {
            return AddEvent(hit, into);
        }

        if (fields.Trimmed("c_n") is not null)
        {
            return AddContent(hit, into);
        }

        if (fields.Trimmed("ma_id") is not null)
        {
            return AddMedia(hit, into);
        }

        if (fields.Trimmed("search") is { } keyword)
        {
            _props.Add("keyword", keyword);
            _props.Add("category", fields.Trimmed("search_cat"));
            hit.AddNumber("results", "search_count");
            return Add(hit, into, EventKind.Interaction, "search");
        }

        if (fields.Text("ca") == "1")
        {
            // Sent so that a server which does not know the action counts no page view either.
            Drop(into, DropReason.UnknownReference, "ca=1 with no action known here", fields);
            return MatomoResult.Excluded;
        }

        return Add(hit, into, EventKind.PageView, "pageview");
    }

    private static MatomoResult AddGoal(MatomoHit hit, EventBatch into, uint id)
    {
        if (Find(hit.Facts.Project, id) is not { } goal)
        {
            return Refuse(into, DropReason.UnknownReference, $"there is no goal {id}", hit.Fields);
        }

        hit.Props.Add("goal_id", goal.Id);
        hit.Props.Add("goal", goal.Name);
        var revenue = hit.Revenue();
        MatomoProps.AddShared(hit);
        var conversion = hit.NewEvent(EventKind.Interaction, goal.EventName ?? "goal");
        conversion.RevenueE4 = revenue;
        into.Events.Add(conversion);
        return MatomoResult.Tracked;
    }

    private static MatomoResult AddEvent(MatomoHit hit, EventBatch into)
    {
        if (hit.Fields.Trimmed("e_c") is not { } category || hit.Fields.Trimmed("e_a") is not { } action)
        {
            return Refuse(into, DropReason.MissingField, "e_c or e_a is blank", hit.Fields);
        }

        hit.Props.Add("category", category);
        hit.Props.Add("name", hit.Fields.Trimmed("e_n"));
        hit.AddNumber("value", "e_v");
        return Add(hit, into, EventKind.Interaction, action);
    }

    private static MatomoResult AddContent(MatomoHit hit, EventBatch into)
    {
        hit.Props.Add("name", hit.Fields.Trimmed("c_n"));
        hit.Props.Add("piece", hit.Fields.Trimmed("c_p"));
        hit.Props.Add("target", hit.Fields.Trimmed("c_t"));
        if (hit.Fields.Trimmed("c_i") is not { } interaction)
        {
            return Add(hit, into, EventKind.Passive, "content_impression");
        }

        hit.Props.Add("interaction", interaction);
        return Add(hit, into, EventKind.Interaction, "content_interaction");
    }

    // A player repeats its report while it plays: what is reported counts, but is nothing the visitor did.
    private static MatomoResult AddMedia(MatomoHit hit, EventBatch into)
    {
        hit.Props.Add("media_id", hit.Fields.Trimmed("ma_id"));
        hit.Props.Add("title", hit.Fields.Trimmed("ma_ti"));
        hit.Props.Add("url", hit.Fields.Trimmed("ma_re"));
        hit.Props.Add("type", hit.Fields.Trimmed("ma_mt"));
        hit.Props.Add("player", hit.Fields.Trimmed("ma_pn"));
        hit.AddNumber("seconds_played", "ma_st");
        hit.AddNumber("progress_seconds", "ma_ps");
        hit.AddNumber("length_seconds", "ma_le");
        hit.AddNumber("seconds_to_play", "ma_ttp");
        hit.AddNumber("width", "ma_w");
        hit.AddNumber("height", "ma_h");
        hit.AddNumber("full_screen", "ma_fs");
        hit.Props.Add("segments", hit.Fields.Trimmed("ma_se"));
        return Add(hit, into, EventKind.Passive, "media");
    }

    private static MatomoResult Add(MatomoHit hit, EventBatch into, EventKind kind, string name)
    {
        MatomoProps.AddShared(hit);
        into.Events.Add(hit.NewEvent(kind, name));
        return MatomoResult.Tracked;
    }

    private static Goal? Find(Project project, uint id)
    {
        foreach (var goal in project.Goals)
        {
            if (goal.Id == id)
            {
                return goal;
            }
        }

        return null;
    }

    private static MatomoResult Refuse(EventBatch into, DropReason reason, string what, FormFields fields)
    {
        Drop(into, reason, what, fields);
        return MatomoResult.Refused;
    }

    private static void Drop(EventBatch into, DropReason reason, string what, FormFields fields)
    {
        // The page without its query, which may hold secrets.
        var page = fields.Trimmed("url") is { } url ? url.Split('?', '#')[0] : "";
        into.Drops.Add(new IncomingDrop(reason, 1, Text.Cut(page.Length == 0 ? what : $"{what}; url={page}", SampleLength)));
    }
}
