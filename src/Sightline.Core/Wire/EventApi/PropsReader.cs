using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Sightline.Core.Model;

namespace Sightline.Core.Wire.EventApi;

/// <summary>
/// Makes the flat JSON object the store keeps out of whatever an application sends as properties: strings, numbers and booleans as
/// they are; what is nested as its JSON text; null left out; of two properties of one name the later. Reused within a request.
/// </summary>
internal sealed class PropsReader
{
    // A number longer than this, or larger than a double, stays whole as text.
    private const int NumberLength = 32;

    // The property is stored for queries, not put into a page: only what JSON itself demands is escaped.
    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private readonly ArrayBufferWriter<byte> _output = new(512);
    private readonly Dictionary<string, int> _places = new(StringComparer.Ordinal);
    private readonly List<(string Name, JsonTokenType Type, string? Text)> _values = [];

    /// <summary>The reader stands on the object's start, and is left on its end.</summary>
    /// <returns><see langword="null"/> when no property is left, or they are too large.</returns>
    public byte[]? Read(ref Utf8JsonReader reader, out bool tooLarge)
    {
        tooLarge = false;
        _places.Clear();
        _values.Clear();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var name = JsonText.Read(ref reader, EventLimits.PropKey, out var cut);
            reader.Read();
            tooLarge |= cut || _values.Count > EventLimits.Props;
            if (name is null || tooLarge)
            {
                reader.Skip();
            }
            else
            {
                Keep(name, ref reader);
            }
        }

        if (tooLarge)
        {
            return null;
        }

        var count = Write();
        tooLarge = count > EventLimits.Props || _output.WrittenCount > EventLimits.PropsBytes;
        return count == 0 || tooLarge ? null : _output.WrittenSpan.ToArray();
    }

    private void Keep(string name, ref Utf8JsonReader reader)
    {
        var type = reader.TokenType;
        string? text = null;
        switch (type)
        {
            case JsonTokenType.String:
                text = JsonText.Read(ref reader, EventLimits.PropValue, out _) ?? "";
                break;
            case JsonTokenType.Number:
                text = System.Text.Encoding.UTF8.GetString(reader.ValueSpan[..Math.Min(reader.ValueSpan.Length, EventLimits.PropValue)]);
                if (text.Length > NumberLength || !double.IsFinite(double.Parse(text, CultureInfo.InvariantCulture)))
                {
                    type = JsonTokenType.String;
                }

                break;
            case JsonTokenType.StartObject or JsonTokenType.StartArray:
                text = Nested(ref reader);
                type = JsonTokenType.String;
                break;
        }

        ref var place = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(_places, name, out var known);
        if (known)
        {
            _values[place] = (name, type, text);
        }
        else
        {
            place = _values.Count;
            _values.Add((name, type, text));
        }
    }

    private static string Nested(ref Utf8JsonReader reader)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        return JsonText.Cut(document.RootElement.GetRawText(), EventLimits.PropValue);
    }

    private int Write()
    {
        var count = 0;
        _output.ResetWrittenCount();
        using var writer = new Utf8JsonWriter(_output, Compact);
        writer.WriteStartObject();
        foreach (var (name, type, text) in _values)
        {
            switch (type)
            {
                case JsonTokenType.String:
                    writer.WriteString(name, text);
                    break;
                case JsonTokenType.Number:
                    writer.WritePropertyName(name);
                    writer.WriteRawValue(text!, skipInputValidation: true);
                    break;
                case JsonTokenType.True or JsonTokenType.False:
                    writer.WriteBoolean(name, type == JsonTokenType.True);
                    break;
                default:
                    continue;
            }

            count++;
        }

        writer.WriteEndObject();
        return count;
    }
}
