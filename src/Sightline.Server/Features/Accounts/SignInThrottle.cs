namespace Sightline.Server.Features.Accounts;

/// <summary>
/// Slows guessing down: a bucket of attempts for each account name, whether it exists or not, and one for each address. Attempts are
/// taken when they begin, so that many at once are counted too, and given back when they succeed. Identity's lockout is not used: it
/// shows which accounts exist, and locks their owners out for its whole time.
/// </summary>
internal sealed class SignInThrottle(TimeProvider time)
{
    private const int MostBuckets = 50_000;

    // 70 guesses an hour for an account: a password of the weakest kind allowed stands years of that.
    private static readonly Limit PerAccount = new(10, TimeSpan.FromMinutes(1));
    // Of six digits, three sets count at any moment: at this pace a thief of the password needs nearly two years for one.
    private static readonly Limit PerSecondStep = new(5, TimeSpan.FromMinutes(3));
    // Many people may stand behind one address.
    private static readonly Limit PerAddress = new(30, TimeSpan.FromSeconds(20));

    private readonly Lock _lock = new();
    private readonly Dictionary<(Kind Kind, string Key), Bucket> _buckets = [];

    /// <summary>Takes an attempt.</summary>
    /// <param name="account">The name given, normalised; <see langword="null"/>: none is given (a passkey names it itself).</param>
    /// <param name="address">Where the attempt comes from.</param>
    /// <param name="wait">When refused: until the next may be made.</param>
    /// <param name="secondStep">The password was right: it is the second step that is tried.</param>
    public bool TryTake(string? account, string address, out TimeSpan wait, bool secondStep = false)
    {
        var kind = secondStep ? Kind.SecondStep : Kind.Account;
        lock (_lock)
        {
            if (_buckets.Count >= MostBuckets)
            {
                ForgetFull();
            }

            var byAddress = Find((Kind.Address, address));
            var byAccount = account is null ? null : Find((kind, account));
            wait = byAddress.Wait(PerAddress);
            if (byAccount?.Wait(LimitOf(kind)) is { } longer && longer > wait)
            {
                wait = longer;
            }

            // Full of names that were tried moments ago: somebody tries them all. Better nobody signs in for a minute.
            if (_buckets.Count > MostBuckets + 1)
            {
                wait = TimeSpan.FromMinutes(1);
            }

            if (wait > TimeSpan.Zero)
            {
                return false;
            }

            byAddress.Attempts--;
            if (byAccount is not null)
            {
                byAccount.Attempts--;
            }

            return true;
        }
    }

    /// <summary>The attempt has succeeded and does not count.</summary>
    public void GiveBack(string? account, string address, bool secondStep = false)
    {
        lock (_lock)
        {
            Find((Kind.Address, address)).Attempts++;
            if (account is not null)
            {
                Find((secondStep ? Kind.SecondStep : Kind.Account, account)).Attempts++;
            }
        }
    }

    private long Now => time.GetTimestamp();

    private static Limit LimitOf(Kind kind) => kind switch { Kind.Address => PerAddress, Kind.Account => PerAccount, _ => PerSecondStep };

    private Bucket Find((Kind Kind, string Key) key)
    {
        var limit = LimitOf(key.Kind);
        if (!_buckets.TryGetValue(key, out var bucket))
        {
            _buckets[key] = bucket = new Bucket(limit.Attempts, Now);
        }

        bucket.Refill(limit, Now, time);
        return bucket;
    }

    private void ForgetFull()
    {
        foreach (var (key, bucket) in _buckets.ToList())
        {
            var limit = LimitOf(key.Kind);
            bucket.Refill(limit, Now, time);
            if (bucket.Attempts >= limit.Attempts)
            {
                _buckets.Remove(key);
            }
        }
    }

    private enum Kind
    {
        Address,
        Account,
        SecondStep,
    }

    private readonly record struct Limit(int Attempts, TimeSpan Each);

    private sealed class Bucket(double attempts, long filledAt)
    {
        private long _filledAt = filledAt;

        public double Attempts { get; set; } = attempts;

        public void Refill(Limit limit, long now, TimeProvider time)
        {
            Attempts = Math.Min(limit.Attempts, Attempts + (time.GetElapsedTime(_filledAt, now) / limit.Each));
            _filledAt = now;
        }

        public TimeSpan Wait(Limit limit) => Attempts >= 1 ? TimeSpan.Zero : (1 - Attempts) * limit.Each;
    }
}
