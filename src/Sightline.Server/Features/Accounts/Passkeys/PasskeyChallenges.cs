using System.Security.Cryptography;
using Sightline.Server.Access;

namespace Sightline.Server.Features.Accounts;

/// <summary>
/// Challenges that wait to be signed, each for one purpose, one browser, five minutes and one use. They are kept here and not in the
/// cookie, which holds only their name: what was signed once counts once.
/// </summary>
internal sealed class PasskeyChallenges(SessionCookie cookie, ServeOptions options, TimeProvider time)
{
    private const int Most = 10_000;

    private static readonly TimeSpan Life = TimeSpan.FromMinutes(5);

    private readonly string _name = SessionCookie.NameOf(options, "sightline-challenge");
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Waiting> _waiting = [];
    private readonly Queue<(string Id, DateTimeOffset Ends)> _order = [];

    /// <param name="context">The browser that asked.</param>
    /// <param name="purpose">What the signature is for, and for whom.</param>
    /// <param name="state">What the answer is checked against.</param>
    public void Keep(HttpContext context, string purpose, string state)
    {
        var id = RandomNumberGenerator.GetHexString(32, lowercase: true);
        var now = time.GetUtcNow();
        lock (_lock)
        {
            // All live equally long, so the first in is the first to go: the old ones, and above the bound whatever is oldest.
            while (_order.TryPeek(out var oldest) && (oldest.Ends <= now || _order.Count >= Most))
            {
                _waiting.Remove(_order.Dequeue().Id);
            }

            _waiting[id] = new Waiting(purpose, state, now + Life);
            _order.Enqueue((id, now + Life));
        }

        var sent = cookie.Options(context, null);
        sent.SameSite = SameSiteMode.Strict;
        context.Response.Cookies.Append(_name, id, sent);
    }

    /// <summary>The state of this browser's challenge, which is used up by asking.</summary>
    public string? Take(HttpContext context, string purpose)
    {
        if (context.Request.Cookies[_name] is not { Length: > 0 } id)
        {
            return null;
        }

        context.Response.Cookies.Delete(_name, cookie.Options(context, null));
        lock (_lock)
        {
            return _waiting.Remove(id, out var found) && found.Purpose == purpose && found.Ends > time.GetUtcNow() ? found.State : null;
        }
    }

    private sealed record Waiting(string Purpose, string State, DateTimeOffset Ends);
}
