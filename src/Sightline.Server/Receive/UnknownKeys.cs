namespace Sightline.Server.Receive;

/// <summary>A key, or number of a project, that events came with and no project has.</summary>
/// <param name="Key">As sent; empty when it is none that could be one.</param>
/// <param name="Host">Of the page that sent it, as its browser says; empty: it did not.</param>
/// <param name="Count">Requests.</param>
/// <param name="LastMs">When the last came, Unix milliseconds.</param>
public sealed record UnknownKey(string Key, string Host, long Count, long LastMs);

/// <summary>
/// The keys of no project that came last, so that whoever runs the server finds the site with the wrong snippet. Nothing of the events is kept:
/// they are nobody's. Anybody can send anything here, so it is little, and only what looks like a key and a host.
/// </summary>
public sealed class UnknownKeys(TimeProvider time)
{
    private const int Most = 20;
    private const int LongestKey = 40;

    private readonly Lock _lock = new();
    private readonly List<UnknownKey> _seen = [];

    /// <param name="key">As sent; <see langword="null"/>: none was.</param>
    /// <param name="page">Address of the page, or its origin.</param>
    public void Seen(string? key, string? page)
    {
        key = key is { Length: > 0 and <= LongestKey } && key.All(static c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-') ? key : "";
        var host = Uri.TryCreate(page, UriKind.Absolute, out var address) && Uri.CheckHostName(address.IdnHost) != UriHostNameType.Unknown ? address.IdnHost : "";
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        lock (_lock)
        {
            var at = _seen.FindIndex(seen => seen.Key == key && seen.Host == host);
            var count = at < 0 ? 0 : _seen[at].Count;
            if (at >= 0 || _seen.Count == Most)
            {
                // Who came last stands at the end; who has not come for longest goes.
                _seen.RemoveAt(Math.Max(0, at));
            }

            _seen.Add(new UnknownKey(key, host, count + 1, now));
        }
    }

    /// <summary>A project has it now.</summary>
    public void Forget(string key)
    {
        lock (_lock)
        {
            _seen.RemoveAll(seen => seen.Key == key);
        }
    }

    /// <summary>The last came first.</summary>
    public IReadOnlyList<UnknownKey> Since(long timeMs)
    {
        lock (_lock)
        {
            return [.. _seen.Where(seen => seen.LastMs >= timeMs).Reverse()];
        }
    }
}
