using System.Globalization;
using System.Net;
using Sightline.Server.Receive;
using Sightline.Server.Show;

namespace Sightline.Server.Features.Sharing;

/// <summary>
/// Views without an account can be asked for by anybody, and each is made of a dozen queries: an address gets so many a minute. What a
/// project's public page has answered not long ago (<see cref="SharedAnswers"/>) costs nothing and is not counted, so that a badge on a
/// page that a whole company reads goes on being shown.
/// </summary>
internal sealed class SharedThrottle(ServeOptions options, TimeProvider time)
{
    /// <summary>So many at once: a person who opens several pages and clicks through them.</summary>
    public const int Burst = 120;

    /// <summary>And one more each.</summary>
    public static readonly TimeSpan Each = TimeSpan.FromMilliseconds(500);

    private const int MostAddresses = 50_000;

    private readonly ClientAddress _clientAddress = new(options.TrustedProxies);
    private readonly Lock _lock = new();
    private readonly Dictionary<IPAddress, (double Left, long At)> _addresses = [];

    /// <summary>Stands before routes whose every answer counts.</summary>
    public static async ValueTask<object?> CheckAsync(EndpointFilterInvocationContext call, EndpointFilterDelegate next) =>
        call.HttpContext.RequestServices.GetRequiredService<SharedThrottle>().Refuse(call.HttpContext) ?? await next(call);

    /// <summary>Counts a request; the answer to one too many, or <see langword="null"/>.</summary>
    public IResult? Refuse(HttpContext context)
    {
        if (TryTake(_clientAddress.Of(context), out var wait))
        {
            return null;
        }

        context.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        return PageResult.Message(
            context, StatusCodes.Status429TooManyRequests, "Too many requests", "Your network has asked for very many of these views within a minute. Wait some seconds and load the page again.");
    }

    /// <param name="address"><see langword="null"/>: not known; all those share one.</param>
    /// <param name="wait">When refused: until the next is let in.</param>
    public bool TryTake(IPAddress? address, out TimeSpan wait)
    {
        var key = Network(address);
        var now = time.GetTimestamp();
        lock (_lock)
        {
            if (_addresses.Count >= MostAddresses)
            {
                // Those that are full again are as good as unknown. So many who are not are no single sender: nothing is gained by refusing them.
                foreach (var (known, _) in _addresses.Where(entry => Left(entry.Value, now) >= Burst).ToList())
                {
                    _addresses.Remove(known);
                }

                if (_addresses.Count >= MostAddresses)
                {
                    _addresses.Clear();
                }
            }

            var left = _addresses.TryGetValue(key, out var before) ? Left(before, now) : Burst;
            wait = left >= 1 ? TimeSpan.Zero : (1 - left) * Each;
            _addresses[key] = (left >= 1 ? left - 1 : left, now);
            return left >= 1;
        }
    }

    private double Left((double Left, long At) entry, long now) => Math.Min(Burst, entry.Left + (time.GetElapsedTime(entry.At, now) / Each));

    /// <summary>Who has an IPv6 address has a whole /64 of them.</summary>
    private static IPAddress Network(IPAddress? address)
    {
        if (address is null || address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork)
        {
            return address ?? IPAddress.None;
        }

        var bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new IPAddress(bytes);
    }
}
