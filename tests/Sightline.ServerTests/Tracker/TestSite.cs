using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Sightline.ServerTests.Tracker;

/// <summary>A web site of another origin than the server, whose pages carry the snippet. <c>localhost</c> reaches it as a third origin.</summary>
internal sealed class TestSite : IAsyncDisposable
{
    public const string Key = "Key12345678901234";

    private readonly WebApplication _app;
    private readonly TaskCompletionSource _prepared = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _visit = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private TestSite(string server, string attributes, string key, string api)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.MapGet("/files/{name}", (string name) => Results.File(new byte[] { 1, 2, 3 }, "application/octet-stream", name));
        _app.MapGet("/prepared", () => _prepared.TrySetResult());
        _app.MapGet("/visit", () => _visit.Task);
        _app.MapFallback(context =>
        {
            context.Response.ContentType = "text/html; charset=utf-8";
            // No eval, no inline script but the site's own: what a careful site allows is enough for the tracker.
            context.Response.Headers.ContentSecurityPolicy = $"default-src 'none'; script-src {server} 'nonce-t'; connect-src 'self' {api}; style-src 'nonce-t'";
            return context.Response.WriteAsync(Page(context.Request.Path, $"<script defer src=\"{server}/sl.js\" data-project=\"{key}\" {attributes}></script>"));
        });
    }

    public string Url => _app.Urls.Single();

    /// <summary>The same site, another origin to browsers.</summary>
    public string OtherUrl => Url.Replace("127.0.0.1", "localhost", StringComparison.Ordinal);

    public static async Task<TestSite> StartAsync(string server, string attributes = "", string key = Key, string? api = null)
    {
        var site = new TestSite(server, attributes, key, api ?? server);
        await site._app.StartAsync();
        return site;
    }

    /// <summary>Until a page prepared ahead has run for a while without being seen.</summary>
    public Task PreparedAsync() => _prepared.Task.WaitAsync(TimeSpan.FromSeconds(20));

    /// <summary>Lets the page that had it prepared go there.</summary>
    public void Visit() => _visit.TrySetResult();

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private string Page(string path, string snippet) =>
        $$"""
        <!doctype html><html lang="en"><head><title>Title of {{path}}</title>
        <style nonce="t">body{margin:0} #tall{height:{{(path.StartsWith("/long", StringComparison.Ordinal) ? 5000 : 100)}}px}</style>
        <script nonce="t">
          window.sightline = window.sightline || function () { (sightline.q = sightline.q || []).push(arguments) };
          {{(path == "/early" ? "sightline('identify', 'mary'); sightline('early', { props: { n: 1 } });" : "")}}
          if (document.prerendering) setTimeout(() => fetch('/prepared'), 400);
          document.addEventListener('prerenderingchange', () => sightline('shown'));
          {{(path == "/speculate" ? "fetch('/visit').then(() => location.href = '/about');" : "")}}
          // A single-page app in the small: the title follows the address a moment later, as frameworks do it.
          window.go = path => { history.pushState({}, '', path); setTimeout(() => document.title = 'App ' + path, 20) };
        </script>
        {{(path == "/speculate" ? "<script type=\"speculationrules\" nonce=\"t\">{\"prerender\":[{\"source\":\"list\",\"urls\":[\"/about\"]}]}</script>" : "")}}
        {{snippet}}</head><body>
        <a id="about" href="/about">About</a> <a id="home" href="/">Home</a> <a id="mail" href="mailto:a@b.test">Mail</a>
        <a id="out" href="{{OtherUrl}}/elsewhere?x=1"><b id="inner">Out</b></a> <a id="out-tab" href="{{OtherUrl}}/tab" target="_blank">Out in a tab</a>
        <a id="file" href="/files/Report.PDF?v=2">File</a> <a id="drawing" href="/files/drawing.dwg">Drawing</a> <a id="fragment" href="#part">Part</a>
        <div id="tall"></div></body></html>
        """;
}
