using System.Globalization;
using Sightline.Core.Model;
using Sightline.Core.Queries;
using Sightline.Server.Access;
using Sightline.Server.Features.Accounts;
using Sightline.Server.Features.Overview;
using Sightline.Server.Features.Settings;
using Sightline.Server.Show;
using Sightline.Store.Settings;

namespace Sightline.Server.Features.Sharing;

/// <summary><c>/projects/{id}/sharing</c>: links, the public dashboard, the chart for other sites and the badge.</summary>
internal static class SharingEndpoints
{
    private const int ShortestPassword = 8;
    private const string Root = "/projects/{id}/sharing";

    public static IServiceCollection AddSharing(this IServiceCollection services) => services
        .AddSingleton<SharedLinkStore>().AddSingleton<SharedDoor>().AddSingleton<SharedThrottle>().AddSingleton<SharedAnswers>();

    public static void MapSharing(this IEndpointRouteBuilder app)
    {
        app.MapGet(Root, (string id, string? saved, HttpContext context, ProjectSettings settings, SharedLinkStore links, SegmentStore segments, ServeOptions options, TimeProvider time) =>
            Page(context, Find(id, settings), links, segments, options, time, saved, null)).RequireRight(Right.ChangeProject);
        // What lets strangers in is not done by whoever finds a browser open.
        app.MapPost(Root + "/links", AddAsync).RequireRight(Right.ChangeProject).RequireProof();
        app.MapPost(Root + "/links/{link}/remove", Remove).RequireRight(Right.ChangeProject);
        app.MapPost(Root + "/public", (string id, HttpContext context, ProjectSettings settings, SharedLinkStore links, SegmentStore segments, ServeOptions options, TimeProvider time) =>
            SaveAsync(id, "public", context, settings, links, segments, options, time, form => new ProjectChange { IsPublic = form["public"] == "yes", IsIndexed = form["indexed"] == "yes" }))
            .RequireRight(Right.ChangeProject).RequireProof();
        app.MapPost(Root + "/chart", (string id, HttpContext context, ProjectSettings settings, SharedLinkStore links, SegmentStore segments, ServeOptions options, TimeProvider time) =>
            SaveAsync(id, "chart", context, settings, links, segments, options, time, form => new ProjectChange
            {
                EmbedOrigins = form["origins"].ToString().Split([' ', ',', '\r', '\n', '\t'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
            })).RequireRight(Right.ChangeProject).RequireProof();
        app.MapPost(Root + "/badge", (string id, HttpContext context, ProjectSettings settings, SharedLinkStore links, SegmentStore segments, ServeOptions options, TimeProvider time) =>
            SaveAsync(id, "badge", context, settings, links, segments, options, time, form => new ProjectChange { HasBadge = form["badge"] == "yes" })).RequireRight(Right.ChangeProject);
    }

    private static async Task<IResult> AddAsync(
        string id, HttpContext context, ProjectSettings settings, SharedLinkStore links, SegmentStore segments, ServeOptions options, TimeProvider time, Passwords passwords)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var project = Find(id, settings);
        try
        {
            var password = form["password"].ToString();
            if (password.Length is > 0 and < ShortestPassword or > Passwords.Longest)
            {
                throw new InvalidSettingException($"a link's password has {ShortestPassword} to {Passwords.Longest} characters, or there is none");
            }

            var link = links.Add(
                project.Id, form["name"].ToString(), password.Length == 0 ? null : passwords.Hash(password), FiltersOf(project.Id, form["view"].ToString()),
                form["segment"].ToString() is { Length: > 0 } text ? Number(text) : null, Caller.Of(context).Name, EndOf(project, form["until"].ToString()));
            settings.Log(context, project.Id, "made a shared link", link.Name);
            return Results.LocalRedirect(string.Create(CultureInfo.InvariantCulture, $"~/projects/{project.Id}/sharing?saved=links#links"));
        }
        catch (InvalidSettingException fault)
        {
            return Page(context, project, links, segments, options, time, null, ("links", fault.Message), form);
        }
    }

    private static IResult Remove(string id, string link, HttpContext context, ProjectSettings settings, SharedLinkStore links)
    {
        var project = Find(id, settings);
        if (long.TryParse(link, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && links.Remove(project.Id, number) is { } name)
        {
            settings.Log(context, project.Id, "revoked a shared link", name);
        }

        return Results.LocalRedirect(string.Create(CultureInfo.InvariantCulture, $"~/projects/{project.Id}/sharing#links"));
    }

    private static async Task<IResult> SaveAsync(
        string id, string section, HttpContext context, ProjectSettings settings, SharedLinkStore links, SegmentStore segments, ServeOptions options, TimeProvider time, Func<IFormCollection, ProjectChange> read)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var project = Find(id, settings);
        try
        {
            settings.Change(context, project, read(form));
            return Results.LocalRedirect(string.Create(CultureInfo.InvariantCulture, $"~/projects/{project.Id}/sharing?saved={section}#{section}"));
        }
        catch (InvalidSettingException fault)
        {
            return Page(context, project, links, segments, options, time, null, (section, fault.Message), form);
        }
    }

    private static IResult Page(
        HttpContext context, Project project, SharedLinkStore links, SegmentStore segments, ServeOptions options, TimeProvider time, string? saved, (string Section, string Text)? fault, IFormCollection? sent = null) =>
        PageResult.Form<SharingPage>(
            context,
            new()
            {
                [nameof(SharingPage.Project)] = project,
                [nameof(SharingPage.Links)] = links.Of(project.Id),
                [nameof(SharingPage.Segments)] = segments.Of(project.Id),
                [nameof(SharingPage.Url)] = options.PublicUrl ?? $"{context.Request.Scheme}://{context.Request.Host}",
                [nameof(SharingPage.View)] = sent?["view"].ToString() ?? context.Request.Query["view"].ToString(),
                [nameof(SharingPage.Sent)] = sent,
                [nameof(SharingPage.NowMs)] = time.GetUtcNow().ToUnixTimeMilliseconds(),
                [nameof(SharingPage.Saved)] = saved,
                [nameof(SharingPage.FaultIn)] = fault?.Section,
                [nameof(SharingPage.Fault)] = fault is null ? null : fault.Value.Text + ".",
            },
            fault is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);

    // Whatever is pasted, an address or a part of it: only its filters are kept.
    internal static string FiltersOf(uint project, string address)
    {
        var mark = address.IndexOf('?', StringComparison.Ordinal);
        var query = mark >= 0 ? address[mark..] : "";
        if (mark < 0 && address.Trim().Length > 0)
        {
            throw new InvalidSettingException("that is no address of a view with filters: open the overview, filter it, and copy the address of the browser");
        }

        var state = OverviewState.Parse(project, new QueryCollection(Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(query.Split('#')[0])));
        return OverviewState.Address("", state.Filters.Select(filter => ("f", filter.ToString())));
    }

    // The end of the day, in the project's zone.
    private static long? EndOf(Project project, string day)
    {
        if (day.Length == 0)
        {
            return null;
        }

        ZoneCalendar.TryFind(project.TimeZone, out var calendar);
        return DateOnly.TryParseExact(day, "yyyy-MM-dd", out var date) && date.Year is > 2000 and < 2200
            ? calendar.StartOf(date.AddDays(1))
            : throw new InvalidSettingException($"'{day}' is not a day, such as 2026-12-31");
    }

    private static long Number(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw new InvalidSettingException("there is no such segment");

    // The gate let the request pass, so the project was there a moment ago.
    private static Project Find(string id, ProjectSettings settings) =>
        settings.Find(uint.Parse(id, NumberStyles.None, CultureInfo.InvariantCulture)) ?? throw new BadHttpRequestException("the project was removed", StatusCodes.Status404NotFound);
}
