using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Sightline.Server.Features.ApiDocument;
using Sightline.ServerTests.Metrics;

namespace Sightline.ServerTests.ApiDocument;

/// <summary>The OpenAPI document: all routes for programs, no others, in a valid form, with examples that work.</summary>
public sealed class ApiDocumentTests : IAsyncLifetime
{
    private ServerUnderTest _server = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await ServerUnderTest.StartAsync();
        _server.AddProject();
        _server.Path.Projects.RunOnce();
    }

    public async ValueTask DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public void Every_route_for_programs_is_described_and_nothing_else_is() => Assert.Equal(
        ApiDocumentWriter.Routes(_server.Services.GetRequiredService<EndpointDataSource>()).Select(route => $"{route.Method} {route.Pattern}").Distinct().Order(StringComparer.Ordinal),
        ApiOperations.All.Keys.Order(StringComparer.Ordinal));

    [Fact]
    public async Task The_document_is_valid_by_the_schema_of_OpenAPI()
    {
        var file = Path.Combine(_server.Data, "openapi.json");
        await File.WriteAllTextAsync(file, await _server.Client.GetStringAsync("/openapi.json", TestContext.Current.CancellationToken), TestContext.Current.CancellationToken);
        await ClientScript.RunAsync(
            """
            const { readFileSync } = require('fs');
            import(require("path").join(process.env.NODE_PATH, "@seriousme/openapi-schema-validator/index.js")).then(async ({ Validator }) => {
              const answer = await new Validator().validate(JSON.parse(readFileSync(process.argv[1], 'utf8')));
              if (!answer.valid) { console.error(JSON.stringify(answer.errors, null, 1)); process.exit(1); }
            });
            """,
            file);
    }

    [Fact]
    public async Task Examples_are_taken_as_they_stand()
    {
        var document = JsonNode.Parse(await _server.Client.GetStringAsync("/openapi.json", TestContext.Current.CancellationToken))!;
        _server.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", _server.AddToken(Sightline.Store.Settings.TokenScopes.Read | Sightline.Store.Settings.TokenScopes.Admin));
        var tried = 0;
        foreach (var (path, methods) in document["paths"]!.AsObject())
        {
            foreach (var (method, operation) in methods!.AsObject())
            {
                if (operation!["requestBody"]?["content"]?["application/json"]?["example"] is not { } example || path.Contains("{segment}", StringComparison.Ordinal))
                {
                    continue;
                }

                var text = example.ToJsonString().Replace("YOUR_KEY", PublicKey(), StringComparison.Ordinal);
                using var request = new HttpRequestMessage(new HttpMethod(method.ToUpperInvariant()), path.Replace("{id}", "1", StringComparison.Ordinal)) { Content = new StringContent(text, Encoding.UTF8, "application/json") };
                request.Headers.UserAgent.ParseAdd("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36");
                using var answer = await _server.Client.SendAsync(request, TestContext.Current.CancellationToken);
                var body = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
                Assert.True(operation["responses"]!.AsObject().First().Key == ((int)answer.StatusCode).ToString(System.Globalization.CultureInfo.InvariantCulture), $"{method} {path}: {(int)answer.StatusCode} {body}");
                tried++;
            }
        }

        Assert.True(tried >= 6, $"only {tried} examples");
    }

    [Fact]
    public async Task The_page_shows_each_route()
    {
        using var browser = await _server.SignInAsync();
        var page = (await browser.GetAsync("/api-docs")).Text;
        Assert.All(ApiOperations.All.Keys, key => Assert.Matches($"<b>([A-Z]+ or )*{key.Split(' ')[0]}( or [A-Z]+)*</b> {Regex.Escape(key.Split(' ')[1])}<", page));
    }

    private string PublicKey() => new Sightline.Store.Settings.ProjectStore(_server.Path.Settings, TimeProvider.System).Find(1)!.PublicKey;
}
