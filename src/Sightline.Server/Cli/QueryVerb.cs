using System.CommandLine;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sightline.Core.Queries;
using Sightline.Server.Cli.Asking;
using Sightline.Server.Features.Overview;
using Sightline.Store.Settings;

namespace Sightline.Server.Cli;

/// <summary><c>sightline query FILE|-</c>: the JSON of <c>POST /api/v1/query</c>, asked of the running server or of a stopped one's store.</summary>
internal static class QueryVerb
{
    public static Command New(CliContext context)
    {
        var file = new Argument<string>("FILE") { Description = "File with the query's JSON, or - for standard input" };
        var project = CommonOptions.Project("Project to ask about, in place of the one the query names");
        var format = new Option<string>("--format")
        {
            HelpName = "table|json|csv",
            Description = "Form of the answer",
            DefaultValueFactory = _ => "table",
        };
        format.AcceptOnlyFromAmong("table", "json", "csv");
        var data = CommonOptions.Data(context);
        return new Command("query", "Ask for numbers, with the JSON of POST /api/v1/query").With(file, project, format, data)
            .Does(context, async (parsed, cancellationToken) =>
            {
                var query = await ReadAsync(context, parsed.GetRequiredValue(file), parsed.GetValue(project), cancellationToken);
                try
                {
                    Write(context, parsed.GetRequiredValue(format), query, await AskAsync(context, parsed.GetRequiredValue(data), query, cancellationToken));
                    return ExitCode.Done;
                }
                catch (InvalidQueryException e)
                {
                    await context.Error.WriteLineAsync($"sightline: {e.Message}{(e.At.Length > 0 ? $" (at {e.At})" : "")}");
                    return ExitCode.WrongUsage;
                }
                catch (Exception e) when (e is QueryLimitException or HttpRequestException)
                {
                    await context.Error.WriteLineAsync($"sightline: {e.Message}");
                    return ExitCode.Failed;
                }
            });
    }

    private static async Task<byte[]> AskAsync(CliContext context, string data, byte[] query, CancellationToken cancellationToken)
    {
        using var control = ControlSocket.TryConnect(data);
        if (control is not null)
        {
            return await new RemoteStats(control).QueryAsync(query, cancellationToken);
        }

        using var stopped = StoppedStats.Open(data, context.Time);
        return await stopped.QueryAsync(query, cancellationToken);
    }

    private static async Task<byte[]> ReadAsync(CliContext context, string file, uint? project, CancellationToken cancellationToken)
    {
        try
        {
            var text = file == "-" ? await context.Input.ReadToEndAsync(cancellationToken) : await File.ReadAllTextAsync(file, cancellationToken);
            if (project is null)
            {
                return Encoding.UTF8.GetBytes(text);
            }

            var query = JsonNode.Parse(text) as JsonObject ?? throw new InvalidSettingException("the query must be a JSON object");
            query["project"] = project.Value;
            return JsonSerializer.SerializeToUtf8Bytes(query);
        }
        catch (JsonException e)
        {
            throw new InvalidSettingException($"the query is not JSON: {e.Message}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SettingsException($"cannot read {file}: {e.Message}", e);
        }
    }

    private static void Write(CliContext context, string format, byte[] query, byte[] answer)
    {
        using var parsed = JsonDocument.Parse(answer);
        if (format == "json")
        {
            CliJson.Write(context, parsed.RootElement);
            return;
        }

        using var asked = JsonDocument.Parse(query);
        var table = AnswerTable.Of(asked.RootElement, parsed.RootElement);
        if (format == "csv")
        {
            table.WriteCsv(context.Output);
            return;
        }

        CliTable.Write(context, table.Headers, table.Rows, Enumerable.Range(table.Dimensions, table.Headers.Length - table.Dimensions).ToHashSet());
        if (table.Rows.Count == 0)
        {
            context.Output.WriteLine("No rows.");
        }
    }
}
