using System.Globalization;
using Sightline.Server.Access;
using Sightline.Server.Features.Accounts;
using Sightline.Server.Features.Overview;
using Sightline.Server.Show;

namespace Sightline.Server.Features.Sharing;

/// <summary>
/// <c>/s/{link}</c>, what a shared link shows, and <c>/public/{project}</c>, what everybody may see of a public project: the overview, its
/// breakdowns, how many visitors are here now and the suggestions of its filter form, and nothing else.
/// </summary>
internal static class SharedEndpoints
{
    private const int PageSeconds = 60;
    private const int BadgeSeconds = 300;

    public static void MapShared(this IEndpointRouteBuilder app)
    {
        var links = app.MapGroup("/s/{link}").WithMetadata(new AccessRule(AccessKind.Shared)).AddEndpointFilter(SharedThrottle.CheckAsync).AddEndpointFilter(SharedDoor.CheckLinkAsync);
        MapViews(links, static (_, page) => page);
        app.MapPost("/s/{link}/password", OpenAsync).WithMetadata(new AccessRule(AccessKind.Shared));

        var everybody = app.MapGroup("/public/{project}").WithMetadata(new AccessRule(AccessKind.Shared)).AddEndpointFilter(SharedDoor.CheckPublic(project => project.IsPublic)).AddEndpointFilter(SharedAnswers.CheckAsync);
        MapViews(everybody, static (_, page) => new CachedPage(page, PageSeconds));
        app.MapGet("/public/{project}/chart", ChartAsync).WithMetadata(new AccessRule(AccessKind.Shared))
            .AddEndpointFilter(SharedDoor.CheckPublic(project => project.EmbedOrigins.Count > 0)).AddEndpointFilter(SharedAnswers.CheckAsync);
        app.MapGet("/public/{project}/badge.svg", BadgeAsync).WithMetadata(new AccessRule(AccessKind.Shared))
            .AddEndpointFilter(SharedDoor.CheckPublic(project => project.HasBadge)).AddEndpointFilter(SharedAnswers.CheckAsync);
    }

    private static void MapViews(RouteGroupBuilder group, Func<HttpContext, IResult, IResult> wrap)
    {
        group.MapGet("", async (HttpContext context, OverviewService service, CancellationToken cancellationToken) =>
            wrap(context, await OverviewAsync(context, service, cancellationToken)));
        group.MapGet("/now", async (HttpContext context, OverviewService service, CancellationToken cancellationToken) =>
        {
            var visitors = await service.NowAsync(SharedView.Of(context).State(QueryCollection.Empty), cancellationToken);
            return wrap(context, Results.Text(visitors.ToString("#,0", CultureInfo.InvariantCulture) + " now"));
        });
        group.MapGet("/details/{tab}", async (string tab, HttpContext context, DetailsService service, CancellationToken cancellationToken) =>
            wrap(context, await DetailsAsync(tab, context, service, cancellationToken)));
        group.MapGet("/suggest", async (string? dimension, string? text, HttpContext context, ValueSuggestions suggestions, CancellationToken cancellationToken) =>
            wrap(context, Results.Json(await suggestions.OfAsync(SharedView.Of(context).Project, SharedView.Of(context).State(context.Request.Query), dimension ?? "", text ?? "", cancellationToken))));
    }

    private static async Task<IResult> OverviewAsync(HttpContext context, OverviewService service, CancellationToken cancellationToken)
    {
        var view = SharedView.Of(context);
        var state = view.State(context.Request.Query);
        return FilterEdit.Apply(state, context.Request.Query) is { } filters
            ? Results.LocalRedirect((state with { Filters = filters }).Url)
            : await OverviewEndpoints.AnswerAsync(context, view.Project, state, async () => PageResult.Page<OverviewPage>(context, new()
            {
                [nameof(OverviewPage.Model)] = await service.LoadAsync(view.Project, state, snippet: "", mayWrite: false, cancellationToken),
            }));
    }

    private static async Task<IResult> DetailsAsync(string tab, HttpContext context, DetailsService service, CancellationToken cancellationToken)
    {
        var view = SharedView.Of(context);
        const string File = ".csv";
        var isFile = tab.EndsWith(File, StringComparison.Ordinal);
        if (OverviewPanels.Find(isFile ? tab[..^File.Length] : tab) is not { } found || found.Key == OverviewPanels.Map)
        {
            return SharedDoor.NotFound(context);
        }

        var overview = view.State(context.Request.Query);
        var state = DetailsState.Parse(overview, found, context.Request.Query);
        return FilterEdit.Apply(overview, context.Request.Query) is { } filters
            ? Results.LocalRedirect((state with { View = overview with { Filters = filters }, Page = 1 }).Url)
            : await OverviewEndpoints.AnswerAsync(context, view.Project, overview, async () => isFile
                ? Results.File(await service.CsvAsync(view.Project, state, cancellationToken), "text/csv; charset=utf-8", $"{found.Key}.csv")
                : PageResult.Page<DetailsPage>(context, new() { [nameof(DetailsPage.Model)] = await service.LoadAsync(view.Project, state, cancellationToken) }));
    }

    private static async Task<IResult> OpenAsync(string link, HttpContext context, SharedDoor door, Passwords passwords, SignInThrottle throttle, SessionCookie cookie)
    {
        if (door.FindLink(link) is not { Link: { PasswordHash: { } hash } found } view)
        {
            return SharedDoor.NotFound(context);
        }

        var (account, address) = ($"link {found.Id}", cookie.AddressOf(context));
        if (!throttle.TryTake(account, address, out var wait))
        {
            context.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(System.Globalization.CultureInfo.InvariantCulture);
            return SharingPages.Password(context, view, "Too many wrong passwords were tried. Wait a minute and try again.", StatusCodes.Status429TooManyRequests);
        }

        var password = (await context.Request.ReadFormAsync(context.RequestAborted))["password"].ToString();
        if (!passwords.Matches(hash, password))
        {
            return SharingPages.Password(context, view, "That is not the password.", StatusCodes.Status401Unauthorized);
        }

        throttle.GiveBack(account, address);
        door.Open(context, found);
        return Results.LocalRedirect("~" + view.Path);
    }

    private static async Task<IResult> ChartAsync(HttpContext context, OverviewService service, ServeOptions options, CancellationToken cancellationToken)
    {
        var view = SharedView.Of(context);
        var state = view.State(context.Request.Query) with { Compare = "none", Filters = [] };
        return await OverviewEndpoints.AnswerAsync(context, view.Path + "/chart", async () =>
        {
            var (when, graph, total) = await service.GraphAsync(view.Project, state, cancellationToken);
            var theme = context.Request.Query["theme"].ToString();
            var page = PageResult.Page<EmbeddedChart>(context, new()
            {
                [nameof(EmbeddedChart.Project)] = view.Project,
                [nameof(EmbeddedChart.State)] = state,
                [nameof(EmbeddedChart.When)] = when,
                [nameof(EmbeddedChart.Graph)] = graph,
                [nameof(EmbeddedChart.Total)] = total,
                [nameof(EmbeddedChart.Theme)] = theme is "light" or "dark" ? theme : null,
            });
            context.Response.Headers.ContentSecurityPolicy =
                $"default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors {string.Join(' ', view.Project.EmbedOrigins)}";
            context.Response.Headers.Remove("Cross-Origin-Opener-Policy");
            return new CachedPage(page, PageSeconds, AnySite: true);
        });
    }

    private static async Task<IResult> BadgeAsync(HttpContext context, OverviewService service, CancellationToken cancellationToken)
    {
        var view = SharedView.Of(context);
        var state = view.State(context.Request.Query) with { Compare = "none", Filters = [] };
        return await OverviewEndpoints.AnswerAsync(context, view.Path, async () =>
        {
            var metric = OverviewMetrics.Of(state.Metric);
            var (when, _, total) = await service.GraphAsync(view.Project, state, cancellationToken);
            var label = context.Request.Query["label"].ToString().Trim() is { Length: > 0 and <= 60 } own ? own : $"{metric.Name.ToLowerInvariant()}, {Badge.RangeName(state, when)}";
            context.Response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";
            context.Response.Headers.XContentTypeOptions = "nosniff";
            return new CachedPage(Results.Text(Badge.Draw(label, Format.Of(metric.Kind, total, view.Project.Currency)), "image/svg+xml", System.Text.Encoding.UTF8), BadgeSeconds, AnySite: true);
        });
    }
}
