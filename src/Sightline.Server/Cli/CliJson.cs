using System.Text.Encodings.Web;
using System.Text.Json;

namespace Sightline.Server.Cli;

/// <summary>Answers for scripts: one JSON value, indented, names in snake case.</summary>
internal static class CliJson
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        // The answer goes to a terminal or a file, never into a page: a snippet stays readable.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static void Write<T>(CliContext context, T value) => context.Output.WriteLine(JsonSerializer.Serialize(value, Options));

    /// <summary>RFC 3339 in UTC.</summary>
    public static DateTimeOffset Time(long unixMs) => DateTimeOffset.FromUnixTimeMilliseconds(unixMs);
}
