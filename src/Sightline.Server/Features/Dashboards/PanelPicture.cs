using Microsoft.Extensions.Primitives;
using Sightline.Core.Model;
using Sightline.Core.Queries.Graphite;
using Sightline.Server.Access;
using Sightline.Server.Features.Graphite;
using Sightline.Server.Features.Graphite.Pictures;
using Sightline.Server.Features.Overview;
using Sightline.Server.Show;
using Sightline.Store.Settings;

namespace Sightline.Server.Features.Dashboards;

/// <summary>
/// A panel as a picture at an address of its own, for a wiki or a message: <c>/projects/{id}/dashboards/{dashboard}/panels/{panel}/picture.svg</c> or
/// <c>.png</c>, with the dashboard's <c>from</c>, <c>to</c> and variables and the looks of <c>/render</c> (<c>width</c>, <c>height</c>, <c>bgcolor</c>, ...).
/// </summary>
internal static class PanelPicture
{
    public const string Route = "/panels/{panel:int}/picture.{format}";

    public static async Task<IResult> AnswerAsync(HttpContext context, Project project, StoredDashboard stored, DashboardsService service, int panel, string format)
    {
        try
        {
            var query = new QueryCollection(context.Request.Query.Where(static pair => pair.Key != "panel").Append(new("panel", panel.ToString(System.Globalization.CultureInfo.InvariantCulture))).ToDictionary());
            var model = await service.LoadAsync(project, stored, query, context.RequestAborted);
            if (format is not ("svg" or "png") || model.Panels is not [var view])
            {
                return ProjectGate.NotFound(context);
            }

            if (view.Fault is not null || view.Lines is not { } lines)
            {
                return Results.Text(view.Fault ?? "this panel is no graph", "text/plain", statusCode: StatusCodes.Status400BadRequest);
            }

            var options = Options(context.Request.Query, view, lines);
            var series = lines.Lines.Select(Series).ToList();
            context.Response.Headers.CacheControl = "private, max-age=30";
            return format == "png" ? Results.Bytes(Picture.Png(series, options), "image/png") : Results.Text(Picture.Svg(series, options), "image/svg+xml");
        }
        catch (Exception fault) when (fault is InvalidSettingException or GraphiteException)
        {
            return Results.Text(fault.Message, "text/plain", statusCode: StatusCodes.Status400BadRequest);
        }
    }

    /// <summary>The picture of a panel as it is seen now.</summary>
    public static string Address(DashboardState state, DashboardPanel panel)
    {
        var seen = (state with { Only = 0, Edits = false }).Url;
        return string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{state.Path}/panels/{panel.Id}/picture.svg{seen[state.Path.Length..]}");
    }

    private static PictureOptions Options(IQueryCollection query, PanelView view, SeriesGraphModel lines)
    {
        // The panel's own looks, where the address says nothing else.
        StringValues Of(string name) => query.TryGetValue(name, out var given) ? given : name switch
        {
            "title" => view.Panel.Title,
            "vtitle" => lines.Unit,
            "width" => "800",
            "height" => "400",
            "areaMode" => lines.IsStacked ? "stacked" : "none",
            _ => StringValues.Empty,
        };
        return PictureOptions.Read(Of, lines.Zone, lines.From, lines.Until);
    }

    private static Series Series(SeriesLine line) => new()
    {
        Name = line.Name,
        PathExpression = line.Name,
        Start = line.Start,
        Step = line.Step,
        End = line.Start + (line.Step * line.Values.Count),
        Values = [.. line.Values],
    };
}
