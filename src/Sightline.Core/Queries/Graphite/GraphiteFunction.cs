namespace Sightline.Core.Queries.Graphite;

/// <summary>A function of targets.</summary>
public sealed class GraphiteFunction
{
    internal GraphiteFunction(string name, string group, string description, IReadOnlyList<Parameter> parameters, Func<FunctionCall, object> body) =>
        (Name, Group, Description, Parameters, Body) = (name, group, description, parameters, body);

    /// <summary>By which it is called.</summary>
    public string Name { get; }

    /// <summary>Under which editors list it.</summary>
    public string Group { get; }

    /// <summary>What it does, in a sentence.</summary>
    public string Description { get; }

    /// <summary>Its parameters, in order.</summary>
    public IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>Gives a list of series, or a list of such lists.</summary>
    internal Func<FunctionCall, object> Body { get; }
}

/// <summary>Functions, while the table is made.</summary>
internal sealed class FunctionSet(string group, Dictionary<string, GraphiteFunction> table)
{
    /// <summary>The same functions' table under another group.</summary>
    public FunctionSet Of(string other) => new(other, table);

    /// <summary>Adds a function.</summary>
    /// <param name="names">One or several, with slashes between.</param>
    /// <param name="signature">As <see cref="Signature"/> reads it.</param>
    /// <param name="description">What it does.</param>
    /// <param name="body">Computes it.</param>
    public void Add(string names, string signature, string description, Func<FunctionCall, IEnumerable<Series>> body) =>
        AddLists(names, signature, description, call => body(call) is var result && result is IReadOnlyList<Series> list ? list : [.. result]);

    /// <summary>The same, of a function that gives lists of lists.</summary>
    public void AddLists(string names, string signature, string description, Func<FunctionCall, object> body)
    {
        var parameters = Signature.Parse(signature);
        foreach (var name in names.Split('/'))
        {
            table.Add(name, new GraphiteFunction(name, group, description, parameters, body));
        }
    }
}
