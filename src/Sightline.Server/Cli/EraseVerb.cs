using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Sightline.Server.Features.Erase;
using Sightline.Store.Settings;

namespace Sightline.Server.Cli;

/// <summary><c>sightline erase</c>: removes all that is stored of a person or a browser, through the running server or in a stopped one's directory.</summary>
internal static class EraseVerb
{
    private const string Actor = "command line";

    public static Command New(CliContext context)
    {
        var project = new Option<uint>("--project") { HelpName = "ID", Description = "The project", Required = true };
        var person = new Option<string>("--person") { HelpName = "ID", Description = "User id of the person, as sent with the events; takes in every browser known to be the person's" };
        var visitor = new Option<string>("--visitor") { HelpName = "ID", Description = "Visitor id of one browser, as sent with the events" };
        var (data, json) = (CommonOptions.Data(context), CommonOptions.Json());
        return new Command("erase", "Remove all events and visits of one person for good; what backups hold stays in them").With(project, person, visitor, data, json)
            .Does(context, async (parsed, cancellationToken) =>
            {
                var ids = new[] { parsed.GetValue(person), parsed.GetValue(visitor) };
                if (ids.Count(id => id is not null) != 1)
                {
                    throw new InvalidSettingException("say whom with --person ID or with --visitor ID");
                }

                try
                {
                    var request = EraseRequest.Of(parsed.GetValue(project), ids[0] is not null, ids[0] ?? ids[1]);
                    Tell(context, await EraseAsync(context, parsed.GetRequiredValue(data), request, cancellationToken), parsed.GetValue(json));
                    return ExitCode.Done;
                }
                catch (EraseRequestException wrong)
                {
                    throw new InvalidSettingException(wrong.Message);
                }
                catch (Exception failure) when (failure is StoreBehindException or HttpRequestException)
                {
                    throw new SettingsException(failure.Message, failure);
                }
            });
    }

    private static async Task<EraseAnswer> EraseAsync(CliContext context, string data, EraseRequest request, CancellationToken cancellationToken)
    {
        using var control = ControlSocket.TryConnect(data);
        return control is null ? await StoppedAsync(context, data, request, cancellationToken) : await RunningAsync(control, request, cancellationToken);
    }

    private static async Task<EraseAnswer> RunningAsync(HttpClient control, EraseRequest request, CancellationToken cancellationToken)
    {
        var body = new Dictionary<string, object> { ["project"] = request.Project, [request.Kind] = request.Id };
        using var answer = await control.PostAsJsonAsync(EraseEndpoints.ControlPath, body, cancellationToken);
        if (answer.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.BadRequest or HttpStatusCode.ServiceUnavailable)
        {
            var fault = await answer.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
            throw new SettingsException(fault.GetProperty("message").GetString()!);
        }

        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<EraseAnswer>(EraseAnswer.Json, cancellationToken))!;
    }

    private static async Task<EraseAnswer> StoppedAsync(CliContext context, string data, EraseRequest request, CancellationToken cancellationToken)
    {
        var settings = SettingsDb.OpenExisting(data, context.Time);
        using var directory = DataDirectory.TryTake(data) ?? throw new SettingsException($"another sightline process is using {data}; try again when it is done");
        using var loggers = LoggerFactory.Create(logging => logging.SetMinimumLevel(LogLevel.Warning).AddSimpleConsole()
            .Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace));
        using var path = new DataPath(directory, new ServeOptions { Data = directory.Path }, context.Time, loggers);
        if (!path.Projects.TryGetById(request.Project, out _))
        {
            throw new SettingsException("There is no such project.");
        }

        // What waits in the log belongs to it: nobody else stores it here.
        await Task.Run(() => path.Feeder.Drain(TimeSpan.FromMinutes(5)), cancellationToken);
        using var erase = new EraseService(path, new ActivityLog(settings, context.Time));
        var answer = await erase.EraseAsync(request, Actor, "", cancellationToken);
        path.Feeder.LetGo(TimeSpan.Zero);
        return answer;
    }

    private static void Tell(CliContext context, EraseAnswer answer, bool json)
    {
        if (json)
        {
            CliJson.Write(context, answer);
            return;
        }

        context.Output.WriteLine(answer.Events + answer.Visits + answer.Samples == 0
            ? "Nothing is stored of that id."
            : string.Create(CultureInfo.InvariantCulture, $"Erased {answer.Events} events in {answer.Visits} visits, {answer.Samples} samples of dropped data, {answer.Texts} texts nobody else had."));
    }
}
