using System.Collections;

namespace Sightline.Server.Write.Enrich;

/// <summary>
/// Finds which of many literals a text holds in one pass over it (Aho and Corasick 1975). Several hundred expressions then know
/// whether they need be tried without a search of each one's own.
/// </summary>
internal sealed class LiteralIndex
{
    private readonly Dictionary<string, int> _ids = new(StringComparer.Ordinal);
    private readonly byte[] _classes = new byte[128];
    private readonly int _width;
    private readonly int[] _next;
    private readonly int[] _literal;
    private readonly int[] _shorter;
    private readonly BitArray _found;

    /// <param name="literals">Lower case; those that are not ASCII are left out.</param>
    public LiteralIndex(IEnumerable<string> literals)
    {
        foreach (var literal in literals)
        {
            if (literal.Length > 0 && System.Text.Ascii.IsValid(literal))
            {
                _ids.TryAdd(literal, _ids.Count);
            }
        }

        // Class 0 is every character that no literal holds.
        var classes = 0;
        foreach (var c in _ids.Keys.SelectMany(literal => literal).Distinct())
        {
            _classes[c] = (byte)++classes;
        }

        _width = classes + 1;
        var states = _ids.Keys.Sum(literal => literal.Length) + 1;
        _next = new int[states * _width];
        _literal = new int[states];
        _shorter = new int[states];
        Array.Fill(_literal, -1);
        _found = new BitArray(_ids.Count);
        LinkFailures(AddLiterals());
    }

    /// <summary>The literal's number; -1 when it was left out.</summary>
    public int IdOf(string literal) => _ids.GetValueOrDefault(literal, -1);

    /// <summary>Which literals <paramref name="lower"/> holds, by number; valid until the next call.</summary>
    public BitArray Find(ReadOnlySpan<char> lower)
    {
        _found.SetAll(false);
        var state = 0;
        foreach (var c in lower)
        {
            state = _next[(state * _width) + (c < 128 ? _classes[c] : 0)];
            for (var at = state; at != 0; at = _shorter[at])
            {
                if (_literal[at] >= 0)
                {
                    _found[_literal[at]] = true;
                }
            }
        }

        return _found;
    }

    private int AddLiterals()
    {
        var count = 1;
        foreach (var (literal, id) in _ids)
        {
            var state = 0;
            foreach (var c in literal)
            {
                ref var next = ref _next[(state * _width) + _classes[c]];
                if (next == 0)
                {
                    next = count++;
                }

                state = next;
            }

            _literal[state] = id;
        }

        return count;
    }

    // In breadth, so that the state a character falls back to is finished before those behind it.
    private void LinkFailures(int count)
    {
        var failure = new int[count];
        var queue = new Queue<int>();
        for (var c = 0; c < _width; c++)
        {
            if (_next[c] != 0)
            {
                queue.Enqueue(_next[c]);
            }
        }

        while (queue.TryDequeue(out var state))
        {
            // The next shorter suffix that is a literal, so that finding walks over ends of literals alone.
            var back = failure[state];
            _shorter[state] = _literal[back] >= 0 ? back : _shorter[back];
            for (var c = 0; c < _width; c++)
            {
                ref var next = ref _next[(state * _width) + c];
                if (next == 0)
                {
                    next = _next[(back * _width) + c];
                }
                else
                {
                    failure[next] = _next[(back * _width) + c];
                    queue.Enqueue(next);
                }
            }
        }
    }
}
