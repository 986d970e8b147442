using System.Globalization;
using Sightline.Core.Model;

namespace Sightline.Server.Access;

/// <summary>The pages of the built-in project, which holds the server's own metrics: those of visits would be empty for ever.</summary>
internal static class BuiltInPages
{
    /// <summary>Where those lead who ask for another.</summary>
    public static readonly string First = string.Create(CultureInfo.InvariantCulture, $"/projects/{Project.BuiltInId}/dashboards");

    private static readonly string Prefix = string.Create(CultureInfo.InvariantCulture, $"/projects/{Project.BuiltInId}");

    private static readonly string[] Places = ["dashboards", "explorer", "metrics", "members", "activity"];

    /// <summary>A browser asks for a page that this project does not have.</summary>
    public static bool LeadsElsewhere(HttpContext context) =>
        HttpMethods.IsGet(context.Request.Method)
        && context.Request.Path.StartsWithSegments(Prefix, StringComparison.Ordinal, out var rest)
        && !Array.Exists(Places, place => rest.StartsWithSegments("/" + place, StringComparison.Ordinal));
}
