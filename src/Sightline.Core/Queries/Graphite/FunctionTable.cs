namespace Sightline.Core.Queries.Graphite;

/// <summary>Every function there is, by name.</summary>
public static class FunctionTable
{
    private static readonly Dictionary<string, GraphiteFunction> Table = Make();

    /// <summary>All, sorted by name.</summary>
    public static IReadOnlyList<GraphiteFunction> All { get; } = [.. Table.Values.OrderBy(static function => function.Name, StringComparer.Ordinal)];

    /// <summary>Names, sorted.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. All.Select(static function => function.Name)];

    /// <summary>The function of a name, or <see langword="null"/>.</summary>
    public static GraphiteFunction? Find(string name) => Table.GetValueOrDefault(name);

    private static Dictionary<string, GraphiteFunction> Make()
    {
        var table = new Dictionary<string, GraphiteFunction>(StringComparer.Ordinal);
        FunctionSet Group(string name) => new(name, table);
        CombineFunctions.Register(Group("Combine"));
        PairFunctions.Register(Group("Combine"));
        PercentFunctions.Register(Group("Combine"));
        GroupFunctions.Register(Group("Combine"));
        TransformFunctions.Register(Group("Transform"));
        CounterFunctions.Register(Group("Transform"));
        GapFunctions.Register(Group("Transform"));
        SummaryFunctions.Register(Group("Transform"));
        ShiftFunctions.Register(Group("Transform"));
        WindowFunctions.Register(Group("Calculate"));
        HoltWintersFunctions.Register(Group("Calculate"));
        LineFunctions.Register(Group("Calculate"));
        FilterFunctions.Register(Group("Filter Series"));
        FilterFunctions.RegisterData(Group("Filter Data"));
        SortFunctions.Register(Group("Sorting"));
        AliasFunctions.Register(Group("Alias"));
        GraphFunctions.Register(Group("Graph"));
        SpecialFunctions.Register(Group("Special"));
        GeneratedFunctions.Register(Group("Transform"), Group("Calculate"), Group("Special"));
        return table;
    }
}
