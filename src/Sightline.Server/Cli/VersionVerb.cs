using System.CommandLine;
using System.Reflection;
using System.Runtime.InteropServices;

namespace Sightline.Server.Cli;

/// <summary><c>sightline version</c>.</summary>
internal static class VersionVerb
{
    public static string Version { get; } =
        typeof(VersionVerb).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    public static Command New(CliContext context)
    {
        var json = CommonOptions.Json();
        return new Command("version", "Show the version of Sightline and what it runs on").With(json).Does(context, parsed =>
        {
            var runtime = RuntimeInformation.FrameworkDescription;
            var system = RuntimeInformation.OSDescription;
            if (parsed.GetValue(json))
            {
                CliJson.Write(context, new { version = Version, runtime, system });
            }
            else
            {
                context.Output.WriteLine($"sightline {Version} ({runtime}, {system})");
            }

            return ExitCode.Done;
        });
    }
}
