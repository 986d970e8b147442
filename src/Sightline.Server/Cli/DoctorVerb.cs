using System.CommandLine;
using Sightline.Server.Cli.Doctor;
using Sightline.Server.Cli.Serving;

namespace Sightline.Server.Cli;

/// <summary><c>sightline doctor</c>: looks at everything a server depends on, changes nothing, and says what to do.</summary>
internal static class DoctorVerb
{
    public static Command New(CliContext context)
    {
        var (data, json) = (CommonOptions.Data(context), CommonOptions.Json());
        var config = new Option<string?>("--config") { HelpName = "FILE", Description = "Configuration file of the server, to be checked, too (environment: SIGHTLINE_CONFIG)" };
        return new Command("doctor", "Check disk, clock, limits, configuration, settings and stores. Ends with 1 when something fails").With(data, config, json)
            .Does(context, async (parsed, cancellationToken) =>
            {
                var given = new Dictionary<string, IReadOnlyList<string>>();
                if (parsed.GetResult(data) is { Implicit: false })
                {
                    given["data"] = [parsed.GetRequiredValue(data)];
                }

                var read = ServeOptionsReader.Read(given, context.Environment, parsed.GetValue(config));
                var findings = await Examination.RunAsync(read, context.Time, cancellationToken);
                if (parsed.GetValue(json))
                {
                    CliJson.Write(context, findings.Select(f => new { f.Check, State = StateName(f.State), f.Message }));
                }
                else
                {
                    var width = findings.Max(f => f.Check.Length);
                    foreach (var finding in findings)
                    {
                        context.Output.WriteLine($"{StateName(finding.State),-4}  {finding.Check.PadRight(width)}  {CliTable.Clean(finding.Message)}");
                    }
                }

                return findings.Any(f => f.State == FindingState.Fail) ? ExitCode.Failed : ExitCode.Done;
            });
    }

    private static string StateName(FindingState state) => state switch
    {
        FindingState.Ok => "ok",
        FindingState.Warn => "warn",
        _ => "fail",
    };
}
