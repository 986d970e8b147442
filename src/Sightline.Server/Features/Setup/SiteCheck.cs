using System.Net;
using System.Text.RegularExpressions;
using Sightline.Core.Model;
using Sightline.Server.Outgoing;

namespace Sightline.Server.Features.Setup;

/// <summary>Looks at a page of the site as a browser would, for what keeps its visits away.</summary>
internal sealed partial class SiteCheck(OutgoingHttp outgoing)
{
    private const int MostPage = 1024 * 1024;

    /// <param name="project">The project.</param>
    /// <param name="address">A page of its site, as a person typed it.</param>
    /// <param name="server">Where the site should load the tracker from.</param>
    /// <param name="cancellationToken">The person went away.</param>
    public async Task<IReadOnlyList<Finding>> LookAsync(Project project, string address, Uri server, CancellationToken cancellationToken)
    {
        var text = address.Trim();
        if (!Uri.TryCreate(text.Contains("://", StringComparison.Ordinal) ? text : "https://" + text, UriKind.Absolute, out var page)
            || page.Scheme is not ("http" or "https") || page.UserInfo.Length > 0 || text.Length > 2000)
        {
            return [new Finding(false, "This is not the address of a page: give one such as https://www.example.com/.")];
        }

        // Otherwise anybody with a project could make this server knock anywhere.
        if (project.Domains.Count > 0 && !project.Domains.Any(domain => IsWithin(page.IdnHost, domain)))
        {
            return [new Finding(false, $"{page.Host} is not among the project's domains ({string.Join(", ", project.Domains)}): its events would be dropped.")];
        }

        try
        {
            using var answer = await outgoing.Client.GetAsync(page, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (!answer.IsSuccessStatusCode)
            {
                return [new Finding(false, $"{page} answers with status {(int)answer.StatusCode}. Give the address of a page that anybody may open.")];
            }

            return Judge(project, answer, answer.RequestMessage?.RequestUri ?? page, await ReadAsync(answer, cancellationToken), server);
        }
        catch (HttpRequestException e) when (e.InnerException is PrivateAddressException refused)
        {
            return [new Finding(false, $"{refused.Message}, and this server makes no requests into private networks. Start it with --private-requests on to allow them.")];
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return [new Finding(false, $"{page} cannot be reached from this server: {e.Message}.")];
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return [new Finding(false, $"{page} did not answer within ten seconds.")];
        }
    }

    internal static IReadOnlyList<Finding> Judge(Project project, HttpResponseMessage answer, Uri page, string html, Uri server)
    {
        var findings = new List<Finding>();
        var script = Tags(html, "script").FirstOrDefault(tag => tag.Contains("/sl.js", StringComparison.Ordinal));
        if (script is null)
        {
            findings.Add(new Finding(false, $"The page {page} does not hold the snippet. If a tag manager or a script adds it later, this check cannot see it."));
        }
        else
        {
            findings.Add(new Finding(true, $"The page {page} holds the snippet."));
            findings.Add(script.Contains(project.PublicKey, StringComparison.Ordinal)
                ? new Finding(true, "It names this project.")
                : new Finding(false, "Its data-project is not this project's key: copy the snippet again."));
            if (!script.Contains(server.Authority + "/sl.js", StringComparison.OrdinalIgnoreCase))
            {
                findings.Add(new Finding(false, $"It loads the tracker from another address than {server.GetLeftPart(UriPartial.Authority)}. That is right only if that address leads here too."));
            }
        }

        var policies = (answer.Headers.TryGetValues("Content-Security-Policy", out var values) ? values : [])
            .Concat(Tags(html, "meta").Where(tag => tag.Contains("content-security-policy", StringComparison.OrdinalIgnoreCase)).Select(tag => Content().Match(tag).Groups[2].Value));
        var obstacles = ContentPolicy.Obstacles(policies, page, server);
        findings.Add(obstacles.Count == 0
            ? new Finding(true, "No Content-Security-Policy stands in its way.")
            : new Finding(false, $"The page's Content-Security-Policy keeps the tracker out: add {string.Join(" and ", obstacles)}."));
        if (page.Scheme == "https" && server.Scheme == "http")
        {
            findings.Add(new Finding(false, "The site is served by https and this server by http: browsers block that. Put https in front of this server and set --url."));
        }

        if (server.IsLoopback && !page.IsLoopback)
        {
            findings.Add(new Finding(false, $"{server.Authority} is this machine's own name for itself: visitors' browsers cannot reach it. Set --url to the address they can."));
        }

        return findings;
    }

    internal static bool IsWithin(string host, string domain) => domain.StartsWith("*.", StringComparison.Ordinal)
        ? host.EndsWith(domain[1..], StringComparison.OrdinalIgnoreCase) || host.Equals(domain[2..], StringComparison.OrdinalIgnoreCase)
        : host.Equals(domain, StringComparison.OrdinalIgnoreCase);

    private static async Task<string> ReadAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        await using var body = await answer.Content.ReadAsStreamAsync(cancellationToken);
        var bytes = new byte[MostPage];
        var length = await body.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken);
        // Tags are ASCII in every charset the web uses.
        return System.Text.Encoding.Latin1.GetString(bytes.AsSpan(0, length));
    }

    // Walked by hand: the page is a stranger's, and an expression could be kept busy by it.
    private static IEnumerable<string> Tags(string html, string name)
    {
        const int LongestTag = 8000;
        var at = 0;
        while ((at = html.IndexOf("<" + name, at, StringComparison.OrdinalIgnoreCase)) >= 0)
        {
            var end = html.IndexOf('>', at, Math.Min(LongestTag, html.Length - at));
            if (end > 0 && char.IsWhiteSpace(html[at + name.Length + 1]))
            {
                yield return WebUtility.HtmlDecode(html[at..(end + 1)]);
            }

            at += name.Length + 1;
        }
    }

    [GeneratedRegex("\\scontent\\s*=\\s*([\"'])(.*?)\\1", RegexOptions.IgnoreCase | RegexOptions.Singleline, 1000)]
    private static partial Regex Content();
}
