namespace Sightline.Store.DuckDb;

/// <summary>
/// Tells hashes that were never added from those that may have been (a Bloom filter whose bits of a key lie in one word): what is
/// surely new needs no query. About one new key in a hundred looks known while there are at most <see cref="KeysPerWord"/> keys a word.
/// </summary>
internal sealed class KeyFilter
{
    private const int KeysPerWord = 4;
    private const int LeastWords = 1 << 14;
    private const int MostWords = 1 << 22;

    private ulong[] _words = new ulong[LeastWords];
    private long _count;

    /// <summary>More keys than fit well; only <see cref="Reset"/> and adding all again makes room. Never so at the largest size, 32 MB.</summary>
    public bool IsFull => _count > (long)_words.Length * KeysPerWord && _words.Length < MostWords;

    /// <summary>Forgets all, with room for that many keys and as many again.</summary>
    public void Reset(long count)
    {
        var words = LeastWords;
        while (words < MostWords && (long)words * KeysPerWord < count * 2)
        {
            words *= 2;
        }

        _words = new ulong[words];
        _count = 0;
    }

    public void Add(ulong key)
    {
        var hash = Mix(key);
        ref var word = ref _words[Index(hash)];
        var bits = Bits(hash);
        if ((word & bits) != bits)
        {
            word |= bits;
            _count++;
        }
    }

    public bool MayContain(ulong key)
    {
        var hash = Mix(key);
        var bits = Bits(hash);
        return (_words[Index(hash)] & bits) == bits;
    }

    private int Index(ulong hash) => (int)(hash >> 32) & (_words.Length - 1);

    private static ulong Bits(ulong hash) => (1UL << (int)hash) | (1UL << (int)(hash >> 6)) | (1UL << (int)(hash >> 12)) | (1UL << (int)(hash >> 18));

    private static ulong Mix(ulong key)
    {
        key = (key ^ (key >> 32)) * 0xD6E8FEB86659FD93;
        key = (key ^ (key >> 32)) * 0xD6E8FEB86659FD93;
        return key ^ (key >> 32);
    }
}
