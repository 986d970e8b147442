using System.Buffers;
using Sightline.Core.Model;

namespace Sightline.Log;

/// <summary>Records gathered for one write and one sync, as the bytes they will be in the file, and who waits for them.</summary>
internal sealed class AppendBatch
{
    private const int KeptBytes = 1 << 20;
    private byte[] _bytes = [];

    public long Start { get; set; }

    public int Length { get; private set; }

    public long End => Start + Length;

    public List<AppendOperation> Operations { get; } = [];

    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, Length);

    /// <summary>A record larger than a batch goes alone.</summary>
    public bool Fits(int recordSize, int maxBytes) => Length == 0 || (long)Length + recordSize <= maxBytes;

    public void Add(AppendOperation operation, ReadOnlySpan<byte> payload, ulong secret)
    {
        var size = RecordHeader.Size + payload.Length;
        Reserve(size);
        var into = _bytes.AsSpan(Length, size);
        RecordHeader.Write(into, RecordHeader.Mark(secret, End), operation.PayloadState, payload.Length, operation.Project, operation.Kind);
        payload.CopyTo(into[RecordHeader.Size..]);
        Length += size;
        operation.End = new LogPosition(End);
        Operations.Add(operation);
    }

    public void Reset(long start)
    {
        Start = start;
        Length = 0;
        Operations.Clear();
        if (_bytes.Length > KeptBytes)
        {
            ArrayPool<byte>.Shared.Return(_bytes);
            _bytes = [];
        }
    }

    private void Reserve(int more)
    {
        if (_bytes.Length - Length >= more)
        {
            return;
        }

        var grown = ArrayPool<byte>.Shared.Rent((int)Math.Min(Math.Max((long)Length + more, Math.Max(64 << 10, 2L * Length)), Array.MaxLength));
        Bytes.CopyTo(grown);
        if (_bytes.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_bytes);
        }

        _bytes = grown;
    }
}
