using System.Buffers.Binary;
using System.Buffers.Text;
using System.Text;

namespace Sightline.Server.Features.Realtime;

/// <summary>
/// Which events a listener has been shown, as the id of a server-sent event: the browser brings it back when it connects again. It names
/// events and not a place among them, for events come late, are settled and erased.
/// </summary>
internal sealed class ShownEvents
{
    /// <summary>Of each key: enough to tell fifty events apart.</summary>
    private const int KeyBytes = 4;

    private const int Most = 200;

    private readonly HashSet<uint> _keys;

    private ShownEvents(HashSet<uint> keys) => _keys = keys;

    public static ShownEvents Of(IEnumerable<ulong> keys) => new([.. keys.Select(static key => (uint)key)]);

    /// <summary>What a browser sent; whatever it is not makes everything new.</summary>
    public static ShownEvents Parse(string id)
    {
        var text = Encoding.UTF8.GetBytes(id);
        var bytes = new byte[Most * KeyBytes];
        if (text.Length > Base64Url.GetEncodedLength(bytes.Length)
            || Base64Url.DecodeFromUtf8(text, bytes, out _, out var length) != System.Buffers.OperationStatus.Done || length % KeyBytes != 0)
        {
            return new ShownEvents([]);
        }

        var keys = new HashSet<uint>();
        for (var at = 0; at < length; at += KeyBytes)
        {
            keys.Add(BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at)));
        }

        return new ShownEvents(keys);
    }

    public bool Contains(ulong key) => _keys.Contains((uint)key);

    public override string ToString()
    {
        var bytes = new byte[_keys.Count * KeyBytes];
        var at = 0;
        foreach (var key in _keys)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(at), key);
            at += KeyBytes;
        }

        return Base64Url.EncodeToString(bytes);
    }
}
