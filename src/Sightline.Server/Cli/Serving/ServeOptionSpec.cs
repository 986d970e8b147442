namespace Sightline.Server.Cli.Serving;

/// <summary>One option of <c>serve</c>: the command line, the environment, the configuration file and the documents all follow from it.</summary>
/// <param name="Name">As on the command line after <c>--</c> and in the file; the environment has <c>SIGHTLINE_NAME</c>.</param>
/// <param name="Value">What kind of value, for help: <c>SIZE</c>.</param>
/// <param name="Default">The default as written in help.</param>
/// <param name="Help">One or two sentences.</param>
/// <param name="Apply">Sets it from its texts, at least one; throws <see cref="FormatException"/> with what is wrong.</param>
/// <param name="Repeatable">May be given several times (separated by commas in the environment).</param>
internal sealed record ServeOptionSpec(
    string Name, string Value, string Default, string Help, Func<ServeOptions, IReadOnlyList<string>, ServeOptions> Apply, bool Repeatable = false)
{
    public string Variable => "SIGHTLINE_" + Name.ToUpperInvariant().Replace('-', '_');
}
