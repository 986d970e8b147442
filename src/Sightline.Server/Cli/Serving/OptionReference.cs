using System.Text;

namespace Sightline.Server.Cli.Serving;

/// <summary>The table of all options in docs/configuration.md: made from the options themselves, and held equal by a test.</summary>
internal static class OptionReference
{
    public const string Begin = "<!-- made from the options: SIGHTLINE_WRITE_DOCS=1 ./test -class '*CliDocumentsTests' -->";
    public const string End = "<!-- end of what is made -->";

    public static string Table()
    {
        var text = new StringBuilder("| option | environment | value | default | what |\n|---|---|---|---|---|\n");
        foreach (var option in ServeOptionTable.All)
        {
            text.Append("| `").Append(option.Name).Append("` | `").Append(option.Variable).Append("` | ").Append(Cell(option.Value)).Append(option.Repeatable ? ", repeatable" : "")
                .Append(" | ").Append(Cell(option.Default)).Append(" | ").Append(Cell(option.Help)).Append(" |\n");
        }

        return text.ToString();
    }

    /// <summary>The page with the table of now.</summary>
    public static string Renew(string page)
    {
        var (from, to) = (page.IndexOf(Begin, StringComparison.Ordinal), page.IndexOf(End, StringComparison.Ordinal));
        return from < 0 || to < from ? throw new FormatException("the page has no place for the table") : $"{page[..from]}{Begin}\n{Table()}{page[to..]}";
    }

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);
}
