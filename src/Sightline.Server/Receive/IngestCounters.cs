using Sightline.Core.Model;

namespace Sightline.Server.Receive;

/// <summary>Counts at the gate since the server started, by protocol. Lock-free; read by <c>/metrics</c>.</summary>
public sealed class IngestCounters
{
    private static readonly int ProtocolSlots = Enum.GetValues<ReceivedBy>().Max(value => (int)value) + 1;
    private static readonly int ReasonSlots = Enum.GetValues<RejectReason>().Max(value => (int)value) + 1;

    private readonly long[] _accepted = new long[ProtocolSlots];
    private readonly long[] _rejected = new long[ProtocolSlots * ReasonSlots];

    public void Accepted(ReceivedBy receivedBy, int count) => Interlocked.Add(ref _accepted[(int)receivedBy], count);

    public void Rejected(ReceivedBy receivedBy, RejectReason reason, int count) =>
        Interlocked.Add(ref _rejected[((int)receivedBy * ReasonSlots) + (int)reason], count);

    public long AcceptedBy(ReceivedBy receivedBy) => Interlocked.Read(ref _accepted[(int)receivedBy]);

    public long RejectedBy(ReceivedBy receivedBy, RejectReason reason) =>
        Interlocked.Read(ref _rejected[((int)receivedBy * ReasonSlots) + (int)reason]);
}
