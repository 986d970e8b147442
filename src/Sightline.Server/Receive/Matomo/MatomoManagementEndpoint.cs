using System.Globalization;
using System.Text;
using System.Text.Json;
using Sightline.Core.Model;
using Sightline.Core.Wire.Common;
using Sightline.Store.Settings;

namespace Sightline.Server.Receive.Matomo;

/// <summary>
/// <c>/index.php?module=API</c>, as far as Matomo's log importer asks before it sends: which sites there are, and which one an address
/// belongs to. Needs a token that may send what needs trust.
/// </summary>
internal sealed class MatomoManagementEndpoint(ProjectDirectory directory)
{
    private const TokenScopes Trusted = TokenScopes.Ingest | TokenScopes.Write;

    public async Task HandleAsync(HttpContext context)
    {
        using var body = HttpMethods.IsPost(context.Request.Method)
            ? await RequestBody.ReadAsync(context, RequestBody.DefaultMaxBytes, context.RequestAborted)
            : default;
        if (body.Refused != RejectReason.None)
        {
            await FailAsync(context, new GateAnswer(body.Refused).StatusCode, "The request cannot be read.");
            return;
        }

        var fields = ReadFields(context.Request, body.Bytes.Span);
        if (fields.Text("module") != "API")
        {
            await FailAsync(context, StatusCodes.Status404NotFound, "Only module=API is served here.");
            return;
        }

        if (directory.FindToken(TokenOf(fields, context.Request)) is not { } grant || !grant.AllowsAnywhere(Trusted))
        {
            await FailAsync(context, StatusCodes.Status401Unauthorized, "Unable to authenticate with the provided token. It is either invalid or lacks the scope ingest.");
            return;
        }

        await AnswerAsync(context, fields, [.. directory.All.Where(project => grant.Allows(Trusted, project.Id))]);
    }

    private static ValueTask AnswerAsync(HttpContext context, FormFields fields, IReadOnlyList<Project> projects)
    {
        switch (fields.Text("method"))
        {
            case "SitesManager.getSiteFromId":
                return projects.FirstOrDefault(project => IdOf(project) == fields.Trimmed("idSite")) is { } found
                    ? SendAsync(context, StatusCodes.Status200OK, writer => WriteSite(writer, found))
                    : FailAsync(context, StatusCodes.Status400BadRequest, $"The site with id {fields.Trimmed("idSite")} was not found, or the token may not touch it.");
            case "SitesManager.getAllSites":
                return SendAsync(context, StatusCodes.Status200OK, writer => WriteSites(writer, projects));
            case "SitesManager.getSitesIdFromSiteUrl":
                var host = HostOf(fields.Trimmed("url"));
                return SendAsync(context, StatusCodes.Status200OK, writer => WriteIds(writer, projects.Where(project => IsHost(project, host))));
            default:
                return FailAsync(context, StatusCodes.Status400BadRequest, "This method of Matomo's API is not served here.");
        }
    }

    // The importer reads the sites as an object by id.
    private static void WriteSites(Utf8JsonWriter writer, IReadOnlyList<Project> projects)
    {
        writer.WriteStartObject();
        foreach (var project in projects)
        {
            writer.WritePropertyName(IdOf(project));
            WriteSite(writer, project);
        }

        writer.WriteEndObject();
    }

    private static void WriteSite(Utf8JsonWriter writer, Project project)
    {
        writer.WriteStartObject();
        writer.WriteString("idsite", IdOf(project));
        writer.WriteString("name", project.Name);
        writer.WriteString("main_url", project.Domains is [{ } host, ..] ? "https://" + host.TrimStart('*', '.') : "");
        writer.WriteString("timezone", project.TimeZone);
        writer.WriteString("currency", project.Currency);
        writer.WriteEndObject();
    }

    private static void WriteIds(Utf8JsonWriter writer, IEnumerable<Project> projects)
    {
        writer.WriteStartArray();
        foreach (var project in projects)
        {
            writer.WriteStartObject();
            writer.WriteString("idsite", IdOf(project));
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static string IdOf(Project project) => project.Id.ToString(CultureInfo.InvariantCulture);

    private static string HostOf(string? url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var address) ? address.Host : (url ?? "").Split('/')[0].ToLowerInvariant();

    private static bool IsHost(Project project, string host) => project.Domains.Any(
        domain => domain == host || (domain.StartsWith("*.", StringComparison.Ordinal) && host.EndsWith(domain[1..], StringComparison.Ordinal)));

    private static FormFields ReadFields(HttpRequest request, ReadOnlySpan<byte> body)
    {
        var fields = new FormFields();
        FormReader.Read(Encoding.UTF8.GetBytes(request.QueryString.Value is { Length: > 1 } query ? query[1..] : ""), fields);
        var form = new FormFields();
        FormReader.Read(body, form);
        fields.AddMissing(form);
        return fields;
    }

    private static string TokenOf(FormFields fields, HttpRequest request) =>
        fields.Trimmed("token_auth") ?? MatomoEndpoint.HeaderToken(request) ?? "";

    private static ValueTask FailAsync(HttpContext context, int status, string message) => SendAsync(context, status, writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("result", "error");
        writer.WriteString("message", message);
        writer.WriteEndObject();
    });

    private static ValueTask SendAsync(HttpContext context, int status, Action<Utf8JsonWriter> write)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            write(writer);
        }

        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.ContentLength = buffer.WrittenCount;
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.Body.WriteAsync(buffer.WrittenMemory, context.RequestAborted);
    }
}
