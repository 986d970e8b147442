using Sightline.Core.Queries.Graphite;

namespace Sightline.Store.Series;

/// <summary>An element of dotted names: a branch, a series, or both.</summary>
internal sealed class SeriesNode(SeriesNode? parent, string name)
{
    private Dictionary<string, SeriesNode>? _children;

    /// <summary>Down to it; made when it is asked for, for a million of them are a hundred megabytes.</summary>
    public string Path => Leaf?.Name ?? (parent is { IsBelowRoot: true } ? $"{parent.Path}.{Name}" : Name);

    public SeriesMatch Match => new(Path, Name, Leaf, HasChildren);

    private bool IsBelowRoot => parent is not null;

    public string Name { get; } = name;

    public SeriesEntry? Leaf { get; set; }

    public bool HasChildren => _children is { Count: > 0 };

    public IEnumerable<SeriesNode> Children => _children is null ? [] : _children.Values;

    public void Add(SeriesEntry entry, string name)
    {
        var node = this;
        var from = 0;
        while (true)
        {
            var to = name.IndexOf('.', from);
            to = to < 0 ? name.Length : to;
            var lookup = (node._children ??= []).GetAlternateLookup<ReadOnlySpan<char>>();
            if (!lookup.TryGetValue(name.AsSpan(from, to - from), out var child))
            {
                var element = name[from..to];
                child = new SeriesNode(node, element);
                node._children.Add(element, child);
            }

            node = child;
            if (to == name.Length)
            {
                node.Leaf = entry;
                return;
            }

            from = to + 1;
        }
    }

    /// <summary>The nodes that a pattern matches, each once.</summary>
    public void Find(IReadOnlyList<NameElement> pattern, List<SeriesNode> found) =>
        // With two "**" a node is reached by several ways, and by more with each: one way is enough.
        Find(pattern, 0, found, pattern.Count(static element => element.IsAnyDepth) > 1 ? [] : null);

    private void Find(IReadOnlyList<NameElement> pattern, int at, List<SeriesNode> found, HashSet<(SeriesNode Node, int At)>? seen)
    {
        if (at == pattern.Count)
        {
            found.Add(this);
            return;
        }

        if (_children is null)
        {
            return;
        }

        var element = pattern[at];
        if (element.Exact is { } exact)
        {
            if (_children.TryGetValue(exact, out var child))
            {
                child.Find(pattern, at + 1, found, seen);
            }

            return;
        }

        if (element.Choices is { } choices && choices.Count < _children.Count)
        {
            foreach (var choice in choices)
            {
                if (_children.TryGetValue(choice, out var child))
                {
                    child.Find(pattern, at + 1, found, seen);
                }
            }

            return;
        }

        foreach (var child in _children.Values)
        {
            if (element.IsAnyDepth)
            {
                child.FindBelow(pattern, at, found, seen);
            }
            else if (element.IsAny || element.Matches(child.Name))
            {
                child.Find(pattern, at + 1, found, seen);
            }
        }
    }

    // "**": this element, or this and any number below it.
    private void FindBelow(IReadOnlyList<NameElement> pattern, int at, List<SeriesNode> found, HashSet<(SeriesNode Node, int At)>? seen)
    {
        if (seen?.Add((this, at)) == false)
        {
            return;
        }

        Find(pattern, at + 1, found, seen);
        foreach (var child in Children)
        {
            child.FindBelow(pattern, at, found, seen);
        }
    }
}
