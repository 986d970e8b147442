namespace Sightline.ServerTests.Crash;

/// <summary>What became of a request, as its sender knows it.</summary>
internal enum Fate
{
    /// <summary>Nobody was there to take it.</summary>
    NotSent,

    /// <summary>The connection broke before an answer: taken or not, but never in part.</summary>
    Unknown,

    /// <summary>The server said no: nothing of it may ever turn up.</summary>
    Refused,

    /// <summary>The server said yes.</summary>
    Acknowledged,
}

/// <summary>One readable event of a request.</summary>
/// <param name="Number">Unique in a run; travels in the event's properties.</param>
/// <param name="Visitor">Who did it.</param>
/// <param name="TimeMs">When, as sent; <see langword="null"/>: when the server received it.</param>
internal readonly record struct SentEvent(long Number, string Visitor, long? TimeMs);

/// <summary>One request as prepared, and its fate.</summary>
internal sealed class SentRequest
{
    public required string Path { get; init; }

    /// <summary>Let go of once the request is done with.</summary>
    public required byte[]? Body { get; set; }

    /// <summary>The readable events in it; one at least.</summary>
    public required IReadOnlyList<SentEvent> Events { get; init; }

    /// <summary>Members in it that cannot be read: dropped and counted.</summary>
    public required int Bad { get; init; }

    /// <summary>Its events carry idempotency ids, and it is sent again until it is acknowledged.</summary>
    public required bool Repeated { get; init; }

    /// <summary>What an acknowledgement says, besides its status.</summary>
    public required string Answer { get; init; }

    public Fate Fate { get; set; }
}

/// <summary>Everything that was sent in a run. Filled by many connections, read when they have ended.</summary>
internal sealed class Ledger
{
    private readonly System.Collections.Concurrent.ConcurrentQueue<SentRequest> _requests = new();
    private long _numbers;
    private int _bodiesFailed;
    private string? _strange;

    public IEnumerable<SentRequest> Requests => _requests;

    /// <summary>Answers that neither acknowledge nor refuse as documented.</summary>
    public string? Strange => _strange;

    public int StrangeCount => _bodiesFailed;

    public long NextNumber() => Interlocked.Increment(ref _numbers);

    public void Add(SentRequest request) => _requests.Enqueue(request);

    public void AddStrange(string answer)
    {
        Interlocked.Increment(ref _bodiesFailed);
        _strange ??= answer;
    }
}
