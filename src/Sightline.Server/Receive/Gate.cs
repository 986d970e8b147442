using System.Buffers;
using System.Runtime.CompilerServices;
using Sightline.Core.Model;
using Sightline.Log;
using Sightline.Store.Settings;

namespace Sightline.Server.Receive;

/// <summary>
/// The only door to the log. It knows the project, checks size and rate, and answers only once the record is durable. Every kind of
/// datum goes through <see cref="AppendAsync(Project, RecordKind, ReadOnlyMemory{byte}, int, ReceivedBy, CancellationToken)"/>;
/// what is inside the payload is the business of the receiver that wrote it and the step that reads it.
/// </summary>
public sealed class Gate(DurableLog log, ProjectDirectory projects, IngestCounters counters, TimeProvider time)
{
    /// <summary>How long senders are asked to wait while the store catches up or the disk is full.</summary>
    private const int RetryAfterSeconds = 5;

    private readonly RateLimits _rates = new(time);
    private volatile bool _closed;

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? t_buffer;

    /// <summary>The project a tracker names by its public key.</summary>
    public bool TryFindProject(string publicKey, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Project? project) =>
        projects.TryGetByKey(publicKey, out project);

    /// <inheritdoc cref="TryFindProject(string, out Project?)"/>
    public bool TryFindProject(ReadOnlySpan<char> publicKey, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Project? project) =>
        projects.TryGetByKey(publicKey, out project);

    /// <summary>The project a protocol names by number (Matomo's <c>idsite</c>).</summary>
    public bool TryFindProjectById(uint id, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Project? project) =>
        projects.TryGetById(id, out project) && !project.IsBuiltIn;

    /// <summary>Whose the data of line protocols are, which name no project: the one the operator chose, or the oldest there is.</summary>
    public bool TryFindProjectOfLines(uint? chosen, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Project? project)
    {
        if (chosen is { } id)
        {
            return projects.TryGetById(id, out project);
        }

        project = projects.All.MinBy(candidate => candidate.Id);
        return project is not null;
    }

    /// <summary>
    /// For a receiver that did not find its project: completes once a project that another process added before the call is found, too.
    /// Shared by all who ask and bounded in rate, so the public may cause it.
    /// </summary>
    public Task LookAgainAsync() => projects.LookAgainAsync();

    /// <summary>
    /// As <see cref="TryFindProjectById"/>, but looks into the settings first: a project that the command line added a moment ago is
    /// found, too. Not for the public: it reads a file.
    /// </summary>
    public bool TryFindProjectNow(uint id, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Project? project)
    {
        projects.RunOnce();
        return TryFindProjectById(id, out project);
    }

    /// <summary>What a secret token allows, or <see langword="null"/>.</summary>
    public TokenGrant? FindToken(string token) => projects.FindToken(token);

    public bool IsClosed => _closed;

    /// <summary>From now on everything is refused as <see cref="RejectReason.Busy"/>: the server is stopping.</summary>
    public void Close() => _closed = true;

    /// <summary>A receiver refused a request before it knew a project.</summary>
    public void CountReject(ReceivedBy receivedBy, RejectReason reason) => counters.Rejected(receivedBy, reason, 1);

    /// <summary>Keys that no project has, and that came all the same.</summary>
    public UnknownKeys UnknownKeys { get; } = new(time);

    /// <summary>A receiver refused a request because no project has its key.</summary>
    /// <param name="receivedBy">The protocol.</param>
    /// <param name="key">As sent.</param>
    /// <param name="page">Address or origin of the page that sent it.</param>
    public void CountUnknownKey(ReceivedBy receivedBy, string? key, string? page)
    {
        CountReject(receivedBy, RejectReason.UnknownKey);
        UnknownKeys.Seen(key, page);
    }

    /// <summary>Appends a request's events. Completes when they are on disk; a batch without events and drops is accepted as it is.</summary>
    public ValueTask<GateAnswer> AppendAsync(Project project, EventBatch batch, CancellationToken cancellationToken)
    {
        var count = batch.Events.Count;
        foreach (var drop in batch.Drops)
        {
            count += (int)drop.Count;
        }

        if (count == 0 && batch.Progress is null)
        {
            return ValueTask.FromResult(new GateAnswer(RejectReason.None));
        }

        // The log copies the payload before its first await, so the thread's buffer is free again when AppendAsync returns.
        var buffer = t_buffer ??= new ArrayBufferWriter<byte>(4096);
        buffer.ResetWrittenCount();
        EventBatchCodec.Write(batch, buffer);
        var pending = AppendAsync(project, RecordKind.Events, buffer.WrittenMemory, count, batch.ReceivedBy, cancellationToken);
        if (buffer.Capacity > 1024 * 1024)
        {
            t_buffer = null;
        }

        return pending;
    }

    /// <summary>As the one above, of a batch that came encoded as the log keeps it.</summary>
    public ValueTask<GateAnswer> AppendAsync(Project project, ReadOnlyMemory<byte> payload, EventBatchSummary summary, CancellationToken cancellationToken) =>
        summary.Received == 0 && summary.Progress is null
            ? ValueTask.FromResult(new GateAnswer(RejectReason.None))
            : AppendAsync(project, RecordKind.Events, payload, (int)Math.Min(summary.Received, int.MaxValue), summary.ReceivedBy, cancellationToken);

    /// <summary>Appends one record of any kind.</summary>
    /// <param name="project">Whose it is.</param>
    /// <param name="kind">What the payload holds.</param>
    /// <param name="payload">Copied before this method returns to its caller.</param>
    /// <param name="count">How many data it carries, for the rate and the counters.</param>
    /// <param name="receivedBy">The protocol it came by.</param>
    /// <param name="cancellationToken">Stops waiting; the record may become durable all the same.</param>
    public ValueTask<GateAnswer> AppendAsync(
        Project project, RecordKind kind, ReadOnlyMemory<byte> payload, int count, ReceivedBy receivedBy, CancellationToken cancellationToken)
    {
        if (_closed)
        {
            return ValueTask.FromResult(Refuse(receivedBy, RejectReason.Busy, count));
        }

        // Imports pace themselves by the log; a limit made for live traffic must not stretch them over days. Points are no events: a host sends
        // thousands, and what bounds them is the number of series.
        if (receivedBy != ReceivedBy.AccessLog && kind is not (RecordKind.Points or RecordKind.Changes) && !_rates.TryTake(project, count))
        {
            return ValueTask.FromResult(Refuse(receivedBy, RejectReason.RateLimited, count));
        }

        ValueTask<LogPosition> append;
        try
        {
            append = log.AppendAsync(kind, project.Id, payload, cancellationToken);
        }
        catch (Exception exception) when (ReasonFor(exception) is { } reason)
        {
            return ValueTask.FromResult(Refuse(receivedBy, reason, count));
        }

        return CompleteAsync(append, count, receivedBy);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<GateAnswer> CompleteAsync(ValueTask<LogPosition> append, int count, ReceivedBy receivedBy)
    {
        try
        {
            await append;
        }
        catch (Exception exception) when (ReasonFor(exception) is { } reason)
        {
            return Refuse(receivedBy, reason, count);
        }

        counters.Accepted(receivedBy, count);
        return new GateAnswer(RejectReason.None);
    }

    private GateAnswer Refuse(ReceivedBy receivedBy, RejectReason reason, int count)
    {
        counters.Rejected(receivedBy, reason, count);
        return new GateAnswer(reason, reason switch
        {
            RejectReason.RateLimited => 1,
            RejectReason.Busy or RejectReason.DiskFull => RetryAfterSeconds,
            _ => 0,
        });
    }

    private static RejectReason? ReasonFor(Exception exception) => exception switch
    {
        RecordTooLargeException => RejectReason.TooLarge,
        DiskFullException => RejectReason.DiskFull,
        LogFullException or LogFailedException => RejectReason.Busy,
        _ => null,
    };
}
