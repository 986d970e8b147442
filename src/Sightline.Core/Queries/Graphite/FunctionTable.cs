namespace Sightline.Core.Queries.Graphite;

/// <summary>Every function there is, by name.</summary>
public static class FunctionTable
{
    private static readonly Dictionary<string, Func<FunctionCall, IReadOnlyList<Series>>> Table = Make();

    /// <summary>Names, sorted.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Make().Keys.Order(StringComparer.Ordinal)];

    internal static Func<FunctionCall, IReadOnlyList<Series>>? Find(string name) => Table.GetValueOrDefault(name);

    private static Dictionary<string, Func<FunctionCall, IReadOnlyList<Series>>> Make()
    {
        var table = new Dictionary<string, Func<FunctionCall, IReadOnlyList<Series>>>(StringComparer.Ordinal);
        CombineFunctions.Register(table);
        TransformFunctions.Register(table);
        WindowFunctions.Register(table);
        FilterFunctions.Register(table);
        AliasFunctions.Register(table);
        SpecialFunctions.Register(table);
        return table;
    }
}
