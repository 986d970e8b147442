using System.Text.Encodings.Web;
using System.Text.Json;

namespace Sightline.Server.Features.Graphite;

/// <summary>JSON for people to read, as graphite-web writes it when asked with <c>pretty=1</c>: indented by two spaces.</summary>
internal static class PrettyJson
{
    private static readonly JsonWriterOptions Options = new() { Indented = true, IndentSize = 2, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="json">As it is told to programs.</param>
    /// <param name="isSorted">Members in the order of their names.</param>
    public static byte[] Of(ReadOnlyMemory<byte> json, bool isSorted)
    {
        using var document = JsonDocument.Parse(json);
        using var output = new MemoryStream();
        using (var writer = new Utf8JsonWriter(output, Options))
        {
            if (isSorted)
            {
                WriteSorted(writer, document.RootElement);
            }
            else
            {
                document.RootElement.WriteTo(writer);
            }
        }

        return output.ToArray();
    }

    private static void WriteSorted(Utf8JsonWriter writer, JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var member in element.EnumerateObject().OrderBy(static member => member.Name, StringComparer.Ordinal))
                {
                    writer.WritePropertyName(member.Name);
                    WriteSorted(writer, member.Value);
                }

                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var one in element.EnumerateArray())
                {
                    WriteSorted(writer, one);
                }

                writer.WriteEndArray();
                break;
            default:
                element.WriteTo(writer);
                break;
        }
    }
}
