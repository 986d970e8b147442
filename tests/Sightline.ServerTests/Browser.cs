using System.Net;
using System.Text.RegularExpressions;
using Sightline.Server.Features.Accounts;

namespace Sightline.ServerTests;

/// <summary>A browser in the small: keeps cookies, follows no redirect by itself, fills in forms with the token of their page.</summary>
internal sealed partial class Browser : IDisposable
{
    /// <summary>Of every account that tests make.</summary>
    public const string Password = "four words that hold 7";

    private readonly SocketsHttpHandler _handler = new() { AllowAutoRedirect = false, CookieContainer = new CookieContainer() };

    public Browser(Uri address) => Client = new HttpClient(_handler) { BaseAddress = address, DefaultRequestHeaders = { { "Accept", "text/html" } } };

    public HttpClient Client { get; }

    public CookieContainer Cookies => _handler.CookieContainer;

    /// <summary>The cookie that holds the session; empty without one.</summary>
    public string Session => Cookies.GetCookies(Client.BaseAddress!)["sightline"]?.Value ?? "";

    public Task<Page> GetAsync(string path) => SendAsync(new HttpRequestMessage(HttpMethod.Get, path));

    /// <summary>Loads a page and sends a form with its token to <paramref name="action"/>.</summary>
    public async Task<Page> SubmitAsync(string page, string action, params (string Name, string Value)[] fields) =>
        await PostAsync(action, [("__RequestVerificationToken", Token((await GetAsync(page)).Text)), .. fields]);

    /// <summary>Sends a form without loading its page.</summary>
    public Task<Page> PostAsync(string action, params (string Name, string Value)[] fields) => SendAsync(new HttpRequestMessage(HttpMethod.Post, action)
    {
        Content = new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value))),
    });

    public Task<Page> TrySignInAsync(string email, string password, string returnUrl = "/") =>
        SubmitAsync("/sign-in", "/sign-in", ("email", email), ("password", password), ("returnUrl", returnUrl));

    public async Task SignInAsync(string email = FirstOwner.Email)
    {
        var answer = await TrySignInAsync(email, Password);
        Assert.True(answer.Status == HttpStatusCode.Found, answer.Text);
    }

    public void Dispose()
    {
        Client.Dispose();
        _handler.Dispose();
    }

    internal static string Token(string html) => TokenField().Match(html) is { Success: true } match
        ? match.Groups[1].Value
        : throw new InvalidOperationException("the page has no form token:\n" + html);

    private async Task<Page> SendAsync(HttpRequestMessage request)
    {
        using (request)
        {
            using var answer = await Client.SendAsync(request, TestContext.Current.CancellationToken);
            return new Page(answer, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        }
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"([^\"]+)\"")]
    private static partial Regex TokenField();
}

/// <summary>What a browser got.</summary>
internal sealed record Page(HttpResponseMessage Answer, string Text)
{
    public HttpStatusCode Status => Answer.StatusCode;

    /// <summary>Where it leads to; empty when it does not.</summary>
    public string Location => Answer.Headers.Location?.OriginalString ?? "";

    public string Header(string name) => Answer.Headers.TryGetValues(name, out var values) ? string.Join(", ", values) : "";
}
