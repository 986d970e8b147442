using System.Diagnostics.CodeAnalysis;
using Sightline.Core.Model;

namespace Sightline.Server.Receive.Lines;

/// <summary>
/// Hands batches of points to the gate and waits until they are durable. While the gate is busy or the disk is full it tries again: whoever waits for it
/// reads no more, so the sender is held back and nothing is lost that a sender can keep.
/// </summary>
internal sealed class PointSender(Gate gate, uint? project, TimeProvider time)
{
    private static readonly TimeSpan TryAgain = TimeSpan.FromMilliseconds(500);

    public long NowMs => time.GetUtcNow().ToUnixTimeMilliseconds();

    public uint NowSeconds => (uint)time.GetUtcNow().ToUnixTimeSeconds();

    /// <summary>Whose the data of lines are; there may be no project yet.</summary>
    public bool TryFindProject([NotNullWhen(true)] out Project? found) => gate.TryFindProjectOfLines(project, out found);

    /// <param name="batch">What to append; may be begun anew when this has completed.</param>
    /// <param name="receivedBy">The protocol.</param>
    /// <param name="patience">How long to try; data that no time helps (there is no project) are refused at once.</param>
    /// <param name="cancellationToken">Ends the tries, not an append that is under way.</param>
    /// <returns>Whether everything is durable. What is not was counted as rejected by the gate.</returns>
    public ValueTask<bool> SendAsync(PointBatchWriter batch, ReceivedBy receivedBy, TimeSpan patience, CancellationToken cancellationToken) =>
        batch.Count == 0 ? ValueTask.FromResult(true) : SendAsync(RecordKind.Points, batch.Payload, batch.Count, receivedBy, patience, cancellationToken);

    /// <inheritdoc cref="SendAsync(PointBatchWriter, ReceivedBy, TimeSpan, CancellationToken)"/>
    /// <param name="kind">What the payload holds.</param>
    /// <param name="payload">A record's.</param>
    /// <param name="count">How many data it carries.</param>
    public async ValueTask<bool> SendAsync(RecordKind kind, ReadOnlyMemory<byte> payload, int count, ReceivedBy receivedBy, TimeSpan patience, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            if (!TryFindProject(out var found))
            {
                for (var i = 0; i < count; i++)
                {
                    gate.CountReject(receivedBy, RejectReason.UnknownKey);
                }

                return false;
            }

            var answer = await gate.AppendAsync(found, kind, payload, count, receivedBy, CancellationToken.None);
            if (answer.Reason == RejectReason.None)
            {
                return true;
            }

            if (answer.Reason is not (RejectReason.Busy or RejectReason.DiskFull) || gate.IsClosed || time.GetElapsedTime(started) > patience || cancellationToken.IsCancellationRequested)
            {
                return false;
            }

            await Task.Delay(TryAgain, time, CancellationToken.None);
        }
    }
}
