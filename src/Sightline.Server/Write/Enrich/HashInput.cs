using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Sightline.Server.Write.Enrich;

/// <summary>
/// Fields to be hashed together, each with its length, so that no two lists of fields give the same bytes. Its buffer is used again,
/// and wiped where it held an address. For one thread.
/// </summary>
internal sealed class HashInput
{
    private byte[] _bytes = new byte[1024];
    private int _length;

    public HashInput Begin()
    {
        _length = 0;
        return this;
    }

    public HashInput Add(ReadOnlySpan<char> text)
    {
        Reserve(4 + Encoding.UTF8.GetMaxByteCount(text.Length));
        var written = Encoding.UTF8.GetBytes(text, _bytes.AsSpan(_length + 4));
        BinaryPrimitives.WriteInt32LittleEndian(_bytes.AsSpan(_length), written);
        _length += 4 + written;
        return this;
    }

    public HashInput Add(ReadOnlySpan<byte> bytes)
    {
        Reserve(4 + bytes.Length);
        BinaryPrimitives.WriteInt32LittleEndian(_bytes.AsSpan(_length), bytes.Length);
        bytes.CopyTo(_bytes.AsSpan(_length + 4));
        _length += 4 + bytes.Length;
        return this;
    }

    public HashInput Add(long number)
    {
        Reserve(8);
        BinaryPrimitives.WriteInt64LittleEndian(_bytes.AsSpan(_length), number);
        _length += 8;
        return this;
    }

    /// <summary>Never 0, which means "none" where hashes are stored.</summary>
    public ulong Hash(ReadOnlySpan<byte> key)
    {
        var hash = SipHash.Compute(key, _bytes.AsSpan(0, _length));
        return hash == 0 ? 1 : hash;
    }

    public void Wipe() => CryptographicOperations.ZeroMemory(_bytes.AsSpan(0, _length));

    private void Reserve(int more)
    {
        if (_bytes.Length - _length < more)
        {
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _length + more));
        }
    }
}
