using Spectre.Console;

namespace Sightline.Server.Cli;

/// <summary>Tables for people; in a pipe, plain columns without lines.</summary>
internal static class CliTable
{
    public static void Write(CliContext context, string[] headers, IEnumerable<string[]> rows, IReadOnlySet<int>? numeric = null)
    {
        var table = new Table { Border = context.IsTerminal ? TableBorder.Rounded : TableBorder.None };
        for (var i = 0; i < headers.Length; i++)
        {
            var column = new TableColumn(new Text(headers[i], context.IsTerminal ? new Style(decoration: Decoration.Bold) : null));
            table.AddColumn(numeric?.Contains(i) == true ? column.RightAligned() : column);
        }

        foreach (var row in rows)
        {
            table.AddRow(row.Select(cell => new Text(Clean(cell))));
        }

        context.NewConsole().Write(table);
    }

    /// <summary>Names and their values, a line each.</summary>
    public static void WritePairs(CliContext context, IReadOnlyList<(string Name, string Value)> pairs)
    {
        var width = pairs.Max(p => p.Name.Length);
        foreach (var (name, value) in pairs)
        {
            context.Output.WriteLine($"{name.PadRight(width)}  {Clean(value)}");
        }
    }

    /// <summary>Stored text is hostile: a path with an escape sequence must not steer the operator's terminal.</summary>
    public static string Clean(string text) =>
        text.Any(char.IsControl) ? string.Concat(text.Select(c => char.IsControl(c) ? '�' : c)) : text;
}
