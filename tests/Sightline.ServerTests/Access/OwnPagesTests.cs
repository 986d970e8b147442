using System.Net;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Sightline.Server.Access;
using Sightline.Store.Settings;

namespace Sightline.ServerTests.Access;

/// <summary>What a signed-in browser may do by its cookie alone, and what other sites can make it do: nothing.</summary>
public sealed class OwnPagesTests
{
    [Fact]
    public async Task Every_write_of_the_route_table_by_cookie_needs_the_form_token()
    {
        await using var server = await ServerUnderTest.StartAsync();
        server.AddProject();
        using var owner = await server.SignInAsync();
        var asked = 0;
        foreach (var route in server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>())
        {
            var rule = route.Metadata.GetMetadata<AccessRule>()!;
            // Senders and the control socket know no cookies; a question changes nothing (below).
            if (rule.Kind is AccessKind.IngestKey or AccessKind.ControlSocket or AccessKind.TokenInEndpoint)
            {
                continue;
            }

            foreach (var method in (route.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["GET"]).Where(method => method is not ("GET" or "HEAD" or "OPTIONS")))
            {
                var path = "/" + string.Join('/', route.RoutePattern.RawText!.Trim('/').Split('/').Select(part => part == "{id}" ? "1" : part.StartsWith('{') ? "999999" : part));
                foreach (var forged in new[] { null, "CfDJ8forged" })
                {
                    using var request = new HttpRequestMessage(new HttpMethod(method), path)
                    {
                        Content = new FormUrlEncodedContent(forged is null ? [] : [KeyValuePair.Create("__RequestVerificationToken", forged)]),
                    };
                    using var answer = await owner.Client.SendAsync(request, TestContext.Current.CancellationToken);
                    Assert.True(answer.StatusCode == HttpStatusCode.BadRequest, $"{method} {path}: {answer.StatusCode}");
                    asked++;
                }
            }
        }

        Assert.True(asked > 60, $"only {asked}");
        // Still signed in, and nothing was done.
        Assert.Equal(HttpStatusCode.OK, (await owner.GetAsync("/account")).Status);
    }

    [Fact]
    public async Task A_members_own_page_asks_by_cookie_what_its_role_shows_and_no_other_page_can()
    {
        await using var server = await ServerUnderTest.StartAsync();
        server.AddProject("Own");
        server.AddProject("Other");
        server.AddUser("ada@example.com", Role.Viewer, 1);
        using var ada = await server.SignInAsync("ada@example.com");
        var own = server.Address.GetLeftPart(UriPartial.Authority);
        async Task<HttpStatusCode> AskAsync(Browser browser, int project, string? origin, string? authorization = null)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/query")
            {
                Content = new StringContent($$"""{"project":{{project}},"range":"7d","metrics":["visitors"]}""", new MediaTypeHeaderValue("application/json")),
            };
            if (origin is not null)
            {
                request.Headers.Add("Origin", origin);
            }

            if (authorization is not null)
            {
                request.Headers.TryAddWithoutValidation("Authorization", authorization);
            }

            using var answer = await browser.Client.SendAsync(request, TestContext.Current.CancellationToken);
            return answer.StatusCode;
        }

        Assert.Equal(HttpStatusCode.OK, await AskAsync(ada, 1, own));
        Assert.Equal(HttpStatusCode.NotFound, await AskAsync(ada, 2, own));
        foreach (var foreign in new[] { null, "null", "https://evil.example", own + ".evil.example", own.Replace("http:", "https:", StringComparison.Ordinal) })
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(ada, 1, foreign));
        }

        // Who shows a token is judged by it alone.
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(ada, 1, own, "Bearer nobody"));
        using var stranger = server.NewBrowser();
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(stranger, 1, own));
        // The other reading routes take the cookie as it comes: no other site can read their answers.
        Assert.Equal(HttpStatusCode.OK, (await ada.GetAsync("/api/v1/projects")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await ada.GetAsync("/api/v1/projects/2")).Status);
    }
}
