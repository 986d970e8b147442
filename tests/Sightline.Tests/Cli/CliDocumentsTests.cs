using System.CommandLine;
using Sightline.Server.Cli;
using Sightline.Server.Cli.Serving;

namespace Sightline.Tests.Cli;

/// <summary>The documents name every verb and option, and none that does not exist.</summary>
public sealed class CliDocumentsTests
{
    private static readonly CliContext Context = new(TimeProvider.System, TextReader.Null, TextWriter.Null, TextWriter.Null, _ => null, false);

    [Fact]
    public void Configuration_page_has_each_option_with_its_variable_and_default()
    {
        var rows = File.ReadAllLines(Document("configuration.md")).Where(line => line.StartsWith("| `", StringComparison.Ordinal)).ToList();
        foreach (var option in ServeOptionTable.All)
        {
            var row = Assert.Single(rows, r => r.StartsWith($"| `{option.Name}` |", StringComparison.Ordinal));
            Assert.Contains($"`{option.Variable}`", row, StringComparison.Ordinal);
            Assert.Contains($"| {option.Default} |", row, StringComparison.Ordinal);
        }

        Assert.Equal(ServeOptionTable.All.Count, rows.Count);
    }

    [Fact]
    public void The_table_of_options_is_the_one_made_from_the_options()
    {
        var path = Document("configuration.md");
        var page = File.ReadAllText(path);
        if (Environment.GetEnvironmentVariable("SIGHTLINE_WRITE_DOCS") == "1")
        {
            File.WriteAllText(path, OptionReference.Renew(page));
        }

        Assert.Equal(OptionReference.Renew(page), File.ReadAllText(path));
    }

    [Fact]
    public void Command_line_page_has_each_verb_and_its_options()
    {
        var page = File.ReadAllText(Document("cli.md"));
        foreach (var (path, command) in Verbs(RootVerb.New(Context), "sightline"))
        {
            var heading = $"## `{path}";
            var at = page.IndexOf(heading, StringComparison.Ordinal);
            Assert.True(at >= 0, $"cli.md has no heading for {path}");
            var end = page.IndexOf("\n## ", at, StringComparison.Ordinal);
            var section = page[at..(end < 0 ? page.Length : end)];
            foreach (var option in command.Options.Where(o => path != "sightline serve" || o.Name is "--config" or "--check-config"))
            {
                Assert.True(section.Contains($"`{option.Name}", StringComparison.Ordinal), $"cli.md: {path} lacks {option.Name}");
            }
        }
    }

    [Fact]
    public void Every_verb_and_option_explains_itself()
    {
        foreach (var (path, command) in Verbs(RootVerb.New(Context), "sightline"))
        {
            Assert.True(command.Description?.Length > 10, path);
            Assert.All(command.Options, option => Assert.True(option.Description?.Length > 10, $"{path} {option.Name}"));
            Assert.All(command.Arguments, argument => Assert.True(argument.Description?.Length > 5, $"{path} {argument.Name}"));
        }
    }

    private static IEnumerable<(string Path, Command Command)> Verbs(Command parent, string path) =>
        parent.Subcommands.Count == 0
            ? [(path, parent)]
            : parent.Subcommands.SelectMany(child => Verbs(child, $"{path} {child.Name}"));

    private static string Document(string name)
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory!.FullName, "Sightline.slnx")))
        {
            directory = directory.Parent;
        }

        return Path.Combine(directory.FullName, "docs", name);
    }
}
