using System.Globalization;
using System.Text;
using Sightline.Core.Model;
using Sightline.Server.Access;
using Sightline.Server.Features.Overview;
using Sightline.Server.Show;
using Sightline.Store.Settings;

namespace Sightline.Server.Features.Dashboards;

/// <summary><c>/projects/{id}/dashboards</c>: panels of metrics and visits over one range.</summary>
internal static class DashboardsEndpoints
{
    private const string Root = "/projects/{id}/dashboards";
    private const string Settings = "/settings";
    private const string One = Root + "/{dashboard:long}";

    public static IServiceCollection AddDashboards(this IServiceCollection services) => services.AddSingleton<DashboardStore>().AddSingleton<DashboardsService>();

    public static void MapDashboards(this IEndpointRouteBuilder app)
    {
        var (read, write) = app.ForProjects(Right.EditReports);
        read.MapGet(Root, (string id, HttpContext context, ProjectGate gate, DashboardStore store) => gate.Find(context, id, out var project) ?? ListPage(context, gate, store, project, null));
        read.MapGet(One, ShowAsync);
        read.MapGet(One + "/json", (string id, long dashboard, HttpContext context, ProjectGate gate, DashboardStore store) =>
            gate.Find(context, id, out var project) ?? (store.Find(project.Id, dashboard) is { } found
                ? Results.File(Encoding.UTF8.GetBytes(found.Document), "application/json", $"dashboard-{dashboard}.json")
                : ProjectGate.NotFound(context)));
        read.MapGet(One + PanelPicture.Route, async (string id, long dashboard, int panel, string format, HttpContext context, ProjectGate gate, DashboardStore store, DashboardsService service) =>
            gate.Find(context, id, out var project) ?? (store.Find(project.Id, dashboard) is { } found
                ? await PanelPicture.AnswerAsync(context, project, found, service, panel, format)
                : ProjectGate.NotFound(context)));
        write.MapPost(Root, (string id, HttpContext context, ProjectGate gate, DashboardStore store) => WriteListAsync(id, context, gate, store, (project, form) =>
            Address(project, store.Add(project.Id, form["name"].ToString(), new Dashboard().Write())) + "?edit=1"));
        write.MapPost(Root + "/import", (string id, HttpContext context, ProjectGate gate, DashboardStore store) => WriteListAsync(id, context, gate, store, (project, form) =>
        {
            var imported = DashboardImport.Read(Document(form));
            var skipped = imported.Skipped.Count == 0 ? "" : "&skipped=" + Uri.EscapeDataString(string.Join("; ", imported.Skipped.Take(10)));
            return Address(project, store.Add(project.Id, imported.Name, imported.Dashboard.Write())) + "?edit=1" + skipped;
        }));
        MapChange(write, Settings, static (form, name, dashboard) => (form["name"].ToString(), dashboard with
        {
            From = form["from"].ToString().Trim(),
            To = form["to"].ToString().Trim(),
            RefreshSeconds = Number(form["refresh"].ToString()),
            Variables = [.. form["variables"].ToString().Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(Variable)],
        }));
        MapChange(write, "/panels", static (form, name, dashboard) => (name, dashboard.Add(Panel(form))));
        MapChange(write, "/panels/{panel:int}", static (form, name, dashboard) => (name, dashboard.Change(Number(form["panel"].ToString()), _ => Panel(form))));
        MapChange(write, "/panels/{panel:int}/remove", static (form, name, dashboard) => (name, dashboard.Remove(Number(form["panel"].ToString()))));
        MapChange(write, "/panels/{panel:int}/move", static (form, name, dashboard) => (name, dashboard.Move(Number(form["panel"].ToString()), Number(form["place"].ToString()))));
        write.MapPost(One + "/remove", (string id, long dashboard, HttpContext context, ProjectGate gate, DashboardStore store) => WriteListAsync(id, context, gate, store, (project, _) =>
        {
            store.Remove(project.Id, dashboard);
            return $"/projects/{project.Id}/dashboards";
        }));
    }

    private static void MapChange(RouteGroupBuilder write, string path, Func<IFormCollection, string, Dashboard, (string Name, Dashboard Dashboard)> change) =>
        write.MapPost(One + path, async (string id, long dashboard, HttpContext context, ProjectGate gate, DashboardStore store, DashboardsService service) =>
        {
            var (refusal, project) = await gate.FindToWriteAsync(context, id);
            if (refusal is not null)
            {
                return refusal;
            }

            var form = await context.Request.ReadFormAsync(context.RequestAborted);
            try
            {
                var found = store.Change(project.Id, dashboard, stored =>
                {
                    var (name, changed) = change(form, stored.Name, Dashboard.Parse(stored.Document));
                    return (name, changed.Checked().Write());
                });
                // Back to the panel that was changed: Tab goes on from there.
                var at = context.Request.RouteValues["panel"] is { } panel ? $"#panel-{panel}" : "";
                return found ? Results.LocalRedirect(Address(project, dashboard) + "?edit=1" + at) : ProjectGate.NotFound(context);
            }
            catch (InvalidSettingException fault)
            {
                return await PageAsync(context, gate, store, service, project, dashboard, fault.Message, path == Settings ? form : null);
            }
        });

    private static async Task<IResult> ShowAsync(string id, long dashboard, HttpContext context, ProjectGate gate, DashboardStore store, DashboardsService service) =>
        gate.Find(context, id, out var project) ?? await PageAsync(context, gate, store, service, project, dashboard, null);

    private static async Task<IResult> PageAsync(HttpContext context, ProjectGate gate, DashboardStore store, DashboardsService service, Project project, long dashboard, string? fault, IFormCollection? sent = null)
    {
        if (store.Find(project.Id, dashboard) is not { } stored)
        {
            return ProjectGate.NotFound(context);
        }

        var mayWrite = gate.MayWrite(context, project.Id);
        var query = fault is null ? context.Request.Query : new QueryCollection(new Dictionary<string, Microsoft.Extensions.Primitives.StringValues> { ["edit"] = "1" });
        try
        {
            var model = await service.LoadAsync(project, stored, query, context.RequestAborted);
            return PageResult.Form<DashboardPage>(context, new()
            {
                [nameof(DashboardPage.Model)] = mayWrite ? model : model with { State = model.State with { Edits = false } },
                [nameof(DashboardPage.Fault)] = fault,
                [nameof(DashboardPage.Sent)] = sent,
                [nameof(DashboardPage.Skipped)] = context.Request.Query["skipped"].ToString() is { Length: > 0 } skipped ? skipped : null,
                [nameof(DashboardPage.Form)] = mayWrite ? gate.FormToken(context) : null,
            }, fault is null ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest);
        }
        catch (InvalidSettingException wrong)
        {
            return PageResult.Message(context, StatusCodes.Status400BadRequest, "This view cannot be shown", char.ToUpperInvariant(wrong.Message[0]) + wrong.Message[1..] + ".", $"/projects/{project.Id}/dashboards", "All dashboards");
        }
    }

    private static async Task<IResult> WriteListAsync(string id, HttpContext context, ProjectGate gate, DashboardStore store, Func<Project, IFormCollection, string> write)
    {
        var (refusal, project) = await gate.FindToWriteAsync(context, id);
        if (refusal is not null)
        {
            return refusal;
        }

        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        try
        {
            return Results.LocalRedirect(write(project, form));
        }
        catch (InvalidSettingException fault)
        {
            return ListPage(context, gate, store, project, fault.Message, form);
        }
    }

    private static IResult ListPage(HttpContext context, ProjectGate gate, DashboardStore store, Project project, string? fault, IFormCollection? sent = null) =>
        PageResult.Form<DashboardsPage>(context, new()
        {
            [nameof(DashboardsPage.Project)] = project,
            [nameof(DashboardsPage.Dashboards)] = store.Of(project.Id),
            [nameof(DashboardsPage.Fault)] = fault,
            [nameof(DashboardsPage.SentName)] = sent?["name"].ToString(),
            [nameof(DashboardsPage.SentText)] = sent?["json"].ToString(),
            [nameof(DashboardsPage.Form)] = gate.MayWrite(context, project.Id) ? gate.FormToken(context) : null,
        }, fault is null ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest);

    private static string Document(IFormCollection form)
    {
        if (form.Files["file"] is not { Length: > 0 } file)
        {
            return form["json"].ToString();
        }

        using var reader = new StreamReader(file.OpenReadStream(), Encoding.UTF8);
        return reader.ReadToEnd();
    }

    private static DashboardPanel Panel(IFormCollection form) => new()
    {
        Title = form["title"].ToString().Trim(),
        Kind = Enum.TryParse<PanelKind>(form["kind"].ToString(), ignoreCase: true, out var kind) && Enum.IsDefined(kind) ? kind : throw new InvalidSettingException("there is no such kind of panel"),
        Look = Enum.TryParse<PanelLook>(form["look"].ToString(), ignoreCase: true, out var look) && Enum.IsDefined(look) ? look : PanelLook.Lines,
        Query = form["query"].ToString().Replace("\r\n", "\n", StringComparison.Ordinal).Trim(),
        Width = Number(form["width"].ToString()),
        Unit = form["unit"].ToString().Trim(),
    };

    private static DashboardVariable Variable(string line)
    {
        var equals = line.IndexOf('=', StringComparison.Ordinal);
        return equals > 0 ? new DashboardVariable(line[..equals].Trim(), line[(equals + 1)..].Trim()) : throw new InvalidSettingException($"'{line}' is not name = values");
    }

    private static int Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw new InvalidSettingException($"'{text}' is not a whole number");

    private static string Address(Project project, long dashboard) => string.Create(CultureInfo.InvariantCulture, $"/projects/{project.Id}/dashboards/{dashboard}");
}
