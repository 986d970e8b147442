using System.Text;

namespace Sightline.Core.Model;

/// <summary>
/// Texts that come again and again (pages, titles, referrers) as one string each: made once instead of with every event, and nothing
/// for the collector to carry along while a batch is written. One slot a hash; a text gets it when it comes twice in a row there, so what is
/// unique passes by without a trace. For one thread.
/// </summary>
internal sealed class TextCache
{
    private const int Slots = 2048;
    private const int LongestBytes = 256;
    private readonly (uint Seen, byte[]? Utf8, string Text)[] _slots = new (uint, byte[]?, string)[Slots];

    public string Get(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length is 0 or > LongestBytes)
        {
            return Encoding.UTF8.GetString(utf8);
        }

        var hash = Hash(utf8);
        ref var slot = ref _slots[hash % Slots];
        if (slot.Utf8 is { } cached && utf8.SequenceEqual(cached))
        {
            return slot.Text;
        }

        var text = Encoding.UTF8.GetString(utf8);
        if (slot.Seen == hash)
        {
            (slot.Utf8, slot.Text) = (utf8.ToArray(), text);
        }

        slot.Seen = hash;
        return text;
    }

    private static uint Hash(ReadOnlySpan<byte> utf8)
    {
        var hash = new HashCode();
        hash.AddBytes(utf8);
        return (uint)hash.ToHashCode();
    }
}
