using System.Text;
using Sightline.Core.Queries.Names;

namespace Sightline.Core.Queries.Explore;

/// <summary>
/// All metrics of a project, so that questions need not look at each of a million: which of them have which tags by the project's rules, and their names' texts. Metrics are numbered as they are
/// added; they never go. One writer or many readers at a time.
/// </summary>
public sealed class MetricCatalogue(MetricRules rules)
{
    private readonly List<byte[]> _names = [];
    private readonly TagIndex _tags = new();
    private readonly NameTexts _texts = new();
    private readonly Taker _taker = new();

    public MetricRules Rules => rules;

    public int Count => _names.Count;

    /// <summary>Its tags and their values.</summary>
    public TagIndex Tags => _tags;

    /// <summary>Bytes it takes, about; names are held by others.</summary>
    public long Bytes => _tags.Bytes + _texts.Bytes + (8L * _names.Capacity);

    /// <summary>Adds a metric; its name in UTF-8 is kept as it is handed over.</summary>
    public void Add(byte[] name)
    {
        _taker.Begin(name);
        rules.Take(_taker.Name, _taker);
        _taker.AddTo(_tags, _names.Count);
        _texts.Add(name);
        _names.Add(name);
    }

    public string NameOf(int metric) => Encoding.UTF8.GetString(_names[metric]);

    /// <summary>Numbers of the metrics that pass every pattern.</summary>
    public IdSet Find(IReadOnlyList<TagPattern> patterns, CancellationToken cancellationToken = default)
    {
        var found = IdSet.All(Count);
        // What is quick first: each leaves less for expressions that must look at names one by one.
        foreach (var pattern in patterns.Where(static pattern => pattern.Word is null))
        {
            cancellationToken.ThrowIfCancellationRequested();
            Keep(found, WithTag(pattern), pattern.IsNegated);
        }

        foreach (var (word, negated, required) in patterns.Where(static pattern => pattern.Word is not null).Select(static pattern => (pattern.Word!, pattern.IsNegated, Required: RequiredTexts.Of(pattern.Word!.ToString())))
            .OrderByDescending(static one => one.Required?.IsAll).ThenBy(static one => one.Required is null))
        {
            cancellationToken.ThrowIfCancellationRequested();
            Keep(found, WithWord(word, required, found, cancellationToken), negated);
        }

        return found;
    }

    /// <summary>Names of metrics, in the order of their bytes.</summary>
    public IReadOnlyList<string> NamesOf(IdSet metrics)
    {
        var names = metrics.Ids().Select(metric => _names[metric]).ToArray();
        Array.Sort(names, static (a, b) => a.AsSpan().SequenceCompareTo(b));
        return [.. names.Select(Encoding.UTF8.GetString)];
    }

    private static void Keep(IdSet found, IdSet passing, bool negated)
    {
        if (negated)
        {
            found.AndNot(passing);
        }
        else
        {
            found.And(passing);
        }
    }

    private IdSet WithTag(TagPattern pattern)
    {
        var found = new IdSet(Count);
        foreach (var tag in _tags.Tags.Where(tag => pattern.PassesTag(tag.Name)))
        {
            if (pattern.IsAnyValue && tag.Count == Count)
            {
                return IdSet.All(Count);
            }

            if (pattern.Value is { } value)
            {
                tag.Find(value)?.AddTo(found);
                continue;
            }

            foreach (var one in tag.Values)
            {
                if (pattern.PassesValue(one.Text))
                {
                    one.AddTo(found);
                }
            }
        }

        return found;
    }

    private IdSet WithWord(System.Text.RegularExpressions.Regex word, RequiredTexts? required, IdSet among, CancellationToken cancellationToken)
    {
        var found = required is null ? IdSet.All(Count) : new IdSet(Count);
        foreach (var text in required?.Texts ?? [])
        {
            _texts.Find(Encoding.ASCII.GetBytes(text), found);
        }

        if (required?.IsAll != true)
        {
            found.And(among);
            var (looked, name) = (0, new char[256]);
            foreach (var metric in found.Ids())
            {
                if ((++looked & 1023) == 0)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                }

                var length = Decode(_names[metric], ref name);
                if (!word.IsMatch(name.AsSpan(0, length)))
                {
                    found.Remove(metric);
                }
            }
        }

        foreach (var metric in required is null ? [] : _texts.NotAscii.TakeWhile(metric => metric < found.Length))
        {
            if (word.IsMatch(NameOf(metric)))
            {
                found.Add(metric);
            }
            else
            {
                found.Remove(metric);
            }
        }

        return found;
    }

    private static int Decode(byte[] name, ref char[] into)
    {
        if (into.Length < name.Length)
        {
            into = new char[name.Length * 2];
        }

        return Encoding.UTF8.GetChars(name, into);
    }

    // Of a tag that comes twice the later value counts, and values go into the index once they are all known.
    private sealed class Taker : ITagTaker
    {
        private readonly List<(ReadOnlyMemory<char> Tag, ReadOnlyMemory<char> Value)> _taken = [];
        private char[] _name = new char[256];
        private int _length;

        public ReadOnlyMemory<char> Name => _name.AsMemory(0, _length);

        public void Begin(byte[] name)
        {
            _length = Decode(name, ref _name);
            _taken.Clear();
        }

        public void Take(ReadOnlyMemory<char> tag, ReadOnlyMemory<char> value)
        {
            for (var i = 0; i < _taken.Count; i++)
            {
                if (_taken[i].Tag.Span.SequenceEqual(tag.Span))
                {
                    _taken[i] = (tag, value);
                    return;
                }
            }

            _taken.Add((tag, value));
        }

        public void AddTo(TagIndex index, int metric)
        {
            foreach (var (tag, value) in _taken)
            {
                index.Of(tag.Span).Add(metric, value.Span);
            }
        }
    }
}
