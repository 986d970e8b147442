using System.Net;
using System.Text;

namespace Sightline.ServerTests.Crash;

/// <summary>
/// Clients that send without a pause for breath but a short one, come back whenever their server is gone, and note what was answered.
/// </summary>
/// <param name="address">The server, which need not be there.</param>
/// <param name="key">The project's.</param>
/// <param name="project">The project.</param>
/// <param name="ledger">Where it is noted.</param>
/// <param name="seed">Of what is random.</param>
/// <param name="back">How long ago what is sent happened, besides the usual day and a half.</param>
internal sealed class CrashLoad(Uri address, string key, uint project, Ledger ledger, int seed, TimeSpan back = default)
{
    public const string UserAgent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
    private const int MaxPauseMs = 6;

    /// <summary>Runs until told to stop; what is under way then is finished.</summary>
    /// <param name="connections">Every third repeats what was not acknowledged.</param>
    /// <param name="stop">Ends it once what is to be repeated has been taken.</param>
    /// <param name="abandon">Ends it at once.</param>
    public Task RunAsync(int connections, CancellationToken stop, CancellationToken abandon) =>
        Task.WhenAll(Enumerable.Range(0, connections).Select(index => Task.Run(() => SendAsync(index, stop, abandon), CancellationToken.None)));

    private async Task SendAsync(int index, CancellationToken stop, CancellationToken abandon)
    {
        var random = new Random(seed + index);
        var maker = new RequestMaker(random, ledger, key, project, (TimeProvider.System.GetUtcNow() - back).ToUnixTimeMilliseconds(), repeated: index % 3 == 2);
        using var client = new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromSeconds(20) };
        client.DefaultRequestHeaders.UserAgent.ParseAdd(UserAgent);
        while (!stop.IsCancellationRequested)
        {
            var request = maker.Next();
            do
            {
                await TryAsync(client, request);
                await Task.Delay(random.Next(MaxPauseMs), CancellationToken.None);
            }
            while (!abandon.IsCancellationRequested
                && (request.Fate == Fate.NotSent ? !stop.IsCancellationRequested : request.Repeated && request.Fate != Fate.Acknowledged));
            request.Body = null;
        }
    }

    private async Task TryAsync(HttpClient client, SentRequest request)
    {
        try
        {
            // With a body: a request without one the client itself would send twice when a connection breaks.
            using var message = new HttpRequestMessage(HttpMethod.Post, request.Path) { Content = new ByteArrayContent(request.Body!) };
            using var answer = await client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead);
            request.Fate = FateBy(answer.StatusCode, request);
            var body = Encoding.ASCII.GetString(await answer.Content.ReadAsByteArrayAsync());
            if (request.Fate == Fate.Acknowledged
                ? !body.Contains(request.Answer, StringComparison.Ordinal)
                : answer.StatusCode != HttpStatusCode.ServiceUnavailable || answer.Headers.RetryAfter is null)
            {
                ledger.AddStrange($"{request.Path}: {(int)answer.StatusCode} {body}; awaited was {request.Answer}");
            }
        }
        catch (HttpRequestException exception) when (exception.HttpRequestError == HttpRequestError.ConnectionError)
        {
            // Not there yet.
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            // It is gone. A status that has come counts, though its body did not.
            request.Fate = request.Fate == Fate.NotSent ? Fate.Unknown : request.Fate;
        }
        catch (TaskCanceledException)
        {
            request.Fate = Fate.Unknown;
            ledger.AddStrange($"{request.Path}: no answer within {client.Timeout}");
        }
    }

    // A repeated request may have been taken at an earlier attempt.
    private static Fate FateBy(HttpStatusCode status, SentRequest request) =>
        status is HttpStatusCode.Accepted or HttpStatusCode.OK ? Fate.Acknowledged : request.Repeated ? Fate.Unknown : Fate.Refused;
}
