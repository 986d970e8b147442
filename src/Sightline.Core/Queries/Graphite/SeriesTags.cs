using System.Text;
using Sightline.Core.Queries.Names;

namespace Sightline.Core.Queries.Graphite;

/// <summary>The tags of a project's series, as <c>/tags</c> and <c>seriesByTag</c> ask for them. Series are numbers, added in rising order. One writer or many readers at a time.</summary>
public sealed class SeriesTags
{
    private readonly TagValue _all = new("");
    private int _length;

    public TagIndex Index { get; } = new();

    /// <summary>Adds a series, if it has tags.</summary>
    public void Add(int series, ReadOnlySpan<byte> name)
    {
        if (name.Contains((byte)';'))
        {
            foreach (var (tag, value) in Series.TagsOf(Encoding.UTF8.GetString(name)))
            {
                Index.Of(tag).Add(series, value);
            }

            _all.Add(series);
            _length = series + 1;
        }
    }

    /// <summary>Numbers of the series with tags that pass every expression.</summary>
    /// <exception cref="GraphiteException">All of them would pass a series without tags, or one takes too long.</exception>
    public IdSet Find(IReadOnlyList<TagExpression> expressions)
    {
        if (expressions.All(static expression => expression.Passes("")))
        {
            throw new GraphiteException("At least one tag expression must require a non-empty match");
        }

        var found = new IdSet(_length);
        _all.AddTo(found);
        foreach (var expression in expressions)
        {
            // Where none passes too, those go whose value does not.
            var withNone = expression.Passes("");
            var some = new IdSet(_length);
            if (Index.Find(expression.Tag) is { } tag)
            {
                foreach (var value in expression.Value is { } only ? tag.Find(only) is { } one ? [one] : [] : tag.Values)
                {
                    if (expression.Passes(value.Text) != withNone)
                    {
                        value.AddTo(some);
                    }
                }
            }

            if (withNone)
            {
                found.AndNot(some);
            }
            else
            {
                found.And(some);
            }
        }

        return found;
    }
}
