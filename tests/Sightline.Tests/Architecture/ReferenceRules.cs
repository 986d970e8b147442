using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Sightline.Core.Model;

namespace Sightline.Tests.Architecture;

/// <summary>Who may know whom. These rules are the reason a newcomer can find any room; they are held here and nowhere else.</summary>
public sealed partial class ReferenceRules
{
    private static readonly Assembly Core = typeof(LogPosition).Assembly;
    private static readonly Assembly Log = typeof(Sightline.Log.DurableLog).Assembly;
    private static readonly Assembly Store = typeof(Sightline.Store.StoreBatch).Assembly;
    private static readonly Assembly Server = typeof(Sightline.Server.Receive.Gate).Assembly;

    [Fact]
    public void Core_references_the_base_library_only() =>
        Assert.All(Core.GetReferencedAssemblies(), name => Assert.StartsWith("System.", name.Name, StringComparison.Ordinal));

    [Fact]
    public void Log_knows_core_only() => Assert.Equal(["Sightline.Core"], Own(Log));

    [Fact]
    public void Store_knows_core_and_log_only() => Assert.Subset(new HashSet<string> { "Sightline.Core", "Sightline.Log" }, Own(Store).ToHashSet());

    [Fact]
    public void Core_does_no_input_output_and_reads_no_clock() =>
        Forbid("src/Sightline.Core", InputOutput(), "Core is pure");

    [Fact]
    public void Receivers_know_the_gate_and_never_a_store() =>
        Forbid("src/Sightline.Server/Receive", new Regex(@"Sightline\.Store(?!\.Settings)|StoreWriter|\bEventStore|DuckDb"), "Receive/* ends at the gate");

    [Fact]
    public void Only_the_gate_appends_to_the_log()
    {
        var offenders = SourceTree.Files("src/Sightline.Server")
            .Where(file => !file.Path.EndsWith("/Gate.cs", StringComparison.Ordinal) && file.Text.Contains("log.AppendAsync", StringComparison.OrdinalIgnoreCase))
            .Select(file => file.Path);
        Assert.Empty(offenders);
    }

    [Fact]
    public void Only_the_feeder_writes_to_the_store()
    {
        var offenders = SourceTree.Files("src/Sightline.Server")
            .Where(file => !file.Path.Contains("/Write/", StringComparison.Ordinal) && Regex.IsMatch(file.Text, @"\bwriter\.Write\(|new StoreBatch", RegexOptions.IgnoreCase) && file.Text.Contains("StoreWriter", StringComparison.Ordinal))
            .Select(file => file.Path);
        Assert.Empty(offenders);
    }

    [Fact]
    public void Pages_and_endpoints_hold_no_sql() =>
        Forbid("src/Sightline.Server", new Regex(@"""\s*(SELECT|INSERT INTO|UPDATE|DELETE FROM)\s", RegexOptions.IgnoreCase), "SQL lives in the store", except: "Sql.cs");

    [Fact]
    public void Nothing_reads_the_clock_past_the_time_provider() =>
        Forbid("src", new Regex(@"DateTime(Offset)?\.(Utc)?Now\b"), "inject TimeProvider", except: "Program.cs");

    [Fact]
    public void Nothing_mutable_is_static()
    {
        var offenders = new[] { Core, Log, Store, Server }
            .SelectMany(assembly => assembly.GetTypes())
            .Where(type => !type.IsDefined(typeof(CompilerGeneratedAttribute)) && !type.Name.Contains('<', StringComparison.Ordinal) && type.DeclaringType?.Name.Contains('<', StringComparison.Ordinal) != true)
            .SelectMany(type => type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            .Where(field => !field.IsInitOnly && !field.IsLiteral && !field.Name.Contains('<', StringComparison.Ordinal) && !field.IsDefined(typeof(ThreadStaticAttribute)))
            .Select(field => $"{field.DeclaringType}.{field.Name}");
        Assert.Empty(offenders);
    }

    [Fact]
    public void Names_say_what_a_thing_is() =>
        Assert.DoesNotContain(
            new[] { Core, Log, Store, Server }.SelectMany(assembly => assembly.GetTypes()).Where(static type => type.Namespace?.StartsWith(nameof(Sightline), StringComparison.Ordinal) != false),
            type => VagueName().IsMatch(type.Name));

    [Fact]
    public void A_file_bears_the_name_of_its_public_type()
    {
        var offenders = SourceTree.Files("src")
            .Select(file => (file.Path, Types: PublicType().Matches(file.Text).Select(match => match.Groups[1].Value).ToList()))
            .Where(file => file.Types.Count > 0 && !file.Types.Contains(System.IO.Path.GetFileNameWithoutExtension(file.Path).Split('.')[0]))
            .Select(file => $"{file.Path}: {string.Join(", ", file.Types)}");
        Assert.Empty(offenders);
    }

    [Fact]
    public void No_source_file_is_longer_than_five_hundred_lines()
    {
        var offenders = SourceTree.Files("src")
            .Select(file => (file.Path, Lines: file.Text.AsSpan().Count('\n')))
            .Where(file => file.Lines > 500)
            .Select(file => $"{file.Path}: {file.Lines}");
        Assert.Empty(offenders);
    }

    private static void Forbid(string folder, Regex what, string why, string? except = null)
    {
        var offenders = SourceTree.Files(folder)
            .Where(file => except is null || !file.Path.EndsWith(except, StringComparison.Ordinal))
            .SelectMany(file => what.Matches(file.Text).Select(match => $"{file.Path}: {match.Value} ({why})"));
        Assert.Empty(offenders);
    }

    private static IEnumerable<string> Own(Assembly assembly) =>
        assembly.GetReferencedAssemblies().Select(name => name.Name!).Where(name => name.StartsWith("Sightline", StringComparison.Ordinal)).Order();

    [GeneratedRegex(@"System\.IO\.(File|Directory|FileStream)|\bFile\.(Open|Read|Write|Exists)|System\.Net\.(Http|Sockets)|new HttpClient|TimeProvider\.System")]
    private static partial Regex InputOutput();

    [GeneratedRegex(@"(Manager|Helper|Helpers|Util|Utils|Utility|Impl|Common)$")]
    private static partial Regex VagueName();

    [GeneratedRegex(@"^public (?:[a-z]+ )*(?:class|record struct|record|struct|interface|enum) (\w+)", RegexOptions.Multiline)]
    private static partial Regex PublicType();
}
