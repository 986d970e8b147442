namespace Sightline.Core.Queries.Graphite;

/// <summary>Reads Graphite's target grammar: paths, calls with named arguments, and pipes (<c>a.b|scale(10)</c>).</summary>
public sealed class TargetParser
{
    private const int MaxDepth = 64;
    private const int MaxLength = 64 * 1024;

    private static readonly System.Buffers.SearchValues<char> NoPath = System.Buffers.SearchValues.Create("()\"'| ,");

    private readonly string _text;
    private int _at;
    private int _depth;

    private TargetParser(string text) => _text = text;

    /// <exception cref="GraphiteException">It is no target.</exception>
    public static Target Parse(string text)
    {
        if (text.Length > MaxLength)
        {
            throw new GraphiteException("target is too long");
        }

        var parser = new TargetParser(text);
        var target = parser.Expression(outermost: true);
        parser.Space();
        return parser._at == text.Length ? target : throw parser.Bad();
    }

    /// <summary>The target a text begins with, whatever follows it.</summary>
    /// <exception cref="GraphiteException">It begins with none.</exception>
    internal static Target ParseBeginning(string text) => new TargetParser(text).Expression(outermost: true);

    /// <summary>
    /// What graphite-web makes of a text, whole or not: the longest target that it begins with. A call that is not one to its end is taken for a path of its name, which mostly finds nothing; pipes behind the
    /// first that is none are left out.
    /// </summary>
    /// <exception cref="GraphiteException">It begins with no target.</exception>
    public static Target ParseLongest(string text)
    {
        if (text.Length > MaxLength)
        {
            throw new GraphiteException("target is too long");
        }

        var parser = new TargetParser(text);
        parser.Space();
        var start = parser._at;
        var target = parser.Tried(() => parser.Name() is { } function && parser._at < text.Length && text[parser._at] == '(' ? parser.Call(function, start) : throw parser.Bad())
            ?? parser.Tried(() => parser.Path()) ?? parser.PathToBrace();
        while (parser.Tried(() => parser.Piped(target)) is { } piped)
        {
            target = piped;
        }

        return target;
    }

    private Target? Tried(Func<Target> part)
    {
        var (at, depth) = (_at, _depth);
        try
        {
            return part();
        }
        catch (GraphiteException)
        {
            // As if it had not been tried: the next way of reading it, or what was read before, stands.
            (_at, _depth) = (at, depth);
            return null;
        }
    }

    // A brace that is not closed ends the path before it.
    private PathTarget PathToBrace() => _text.IndexOf('{', _at) is > 0 and var brace && brace > _at && _text.AsSpan(_at, brace - _at).IndexOfAny(NoPath) < 0 ? new PathTarget(_text[_at..brace]) : throw Bad();

    private CallTarget Piped(Target target)
    {
        Space();
        if (_at >= _text.Length || _text[_at] != '|')
        {
            throw Bad();
        }

        _at++;
        Space();
        var start = _at;
        if (Name() is not { } function || _at >= _text.Length || _text[_at] != '(')
        {
            throw Bad();
        }

        var call = Call(function, start);
        return call with { Arguments = [target, .. call.Arguments] };
    }

    private Target Expression(bool outermost)
    {
        if (++_depth > MaxDepth)
        {
            throw new GraphiteException($"functions are nested deeper than {MaxDepth}");
        }

        var target = Primary(outermost);
        Space();
        while (_at < _text.Length && _text[_at] == '|')
        {
            target = Piped(target);
            Space();
        }

        _depth--;
        return target;
    }

    private Target Primary(bool outermost)
    {
        Space();
        if (_at >= _text.Length)
        {
            throw Bad();
        }

        if (!outermost)
        {
            if (TargetLiterals.At(_text, ref _at) is { } literal)
            {
                return literal;
            }

            if (_text[_at] is '"' or '\'')
            {
                throw Bad();
            }
        }

        var start = _at;
        if (Name() is { } function && _at < _text.Length && _text[_at] == '(')
        {
            return Call(function, start);
        }

        _at = start;
        return Path();
    }

    private CallTarget Call(string function, int start)
    {
        _at++;
        var arguments = new List<Target>();
        var named = new List<KeyValuePair<string, Target>>();
        Space();
        while (_at < _text.Length && _text[_at] != ')')
        {
            var before = _at;
            if (Name() is { } name && SkipEquals())
            {
                named.Add(new(name, Expression(outermost: false)));
            }
            else
            {
                _at = before;
                arguments.Add(named.Count == 0 ? Expression(outermost: false) : throw Bad());
            }

            Space();
            if (_at < _text.Length && _text[_at] == ',')
            {
                _at++;
                Space();
            }
            else if (_at >= _text.Length || _text[_at] != ')')
            {
                throw Bad();
            }
        }

        if (_at >= _text.Length)
        {
            throw Bad();
        }

        _at++;
        return new CallTarget(function, arguments, named) { Text = _text[start.._at] };
    }

    private bool SkipEquals()
    {
        Space();
        if (_at >= _text.Length || _text[_at] != '=')
        {
            return false;
        }

        _at++;
        return true;
    }

    private PathTarget Path()
    {
        var start = _at;
        var braces = 0;
        while (_at < _text.Length)
        {
            var c = _text[_at];
            if (c == '\\' && _at + 1 < _text.Length)
            {
                _at += 2;
                continue;
            }

            braces += c switch { '{' => 1, '}' => -1, _ => 0 };
            if (braces < 0 || c is '(' or ')' or '"' or '\'' or '|' || c < '!' || (c == ',' && braces == 0))
            {
                break;
            }

            _at++;
        }

        if (_at == start || braces > 0)
        {
            throw Bad();
        }

        return new PathTarget(_text[start.._at].Replace("\\", "", StringComparison.Ordinal));
    }

    private string? Name()
    {
        var start = _at;
        if (_at < _text.Length && (char.IsAsciiLetter(_text[_at]) || _text[_at] == '_'))
        {
            while (_at < _text.Length && (char.IsAsciiLetterOrDigit(_text[_at]) || _text[_at] == '_'))
            {
                _at++;
            }
        }

        return _at > start ? _text[start.._at] : null;
    }

    private void Space()
    {
        while (_at < _text.Length && char.IsWhiteSpace(_text[_at]))
        {
            _at++;
        }
    }

    private GraphiteException Bad() => new(_at < _text.Length ? $"Expected an expression at position {_at} of the target: '{_text[_at..Math.Min(_text.Length, _at + 20)]}'" : "The target ends early");
}
