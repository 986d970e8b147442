using System.Buffers;
using System.Text.Json;
using System.Text.Unicode;
using Sightline.Core.Model;

namespace Sightline.Server.Write.Enrich;

/// <summary>Properties as they may be stored: one flat JSON object, strings clean, nothing empty. For one thread.</summary>
internal sealed class CleanProps
{
    private static readonly SearchValues<byte> Suspect = SearchValues.Create([.. Enumerable.Range(0, 0x20).Append('\\').Append(0x7f).Select(b => (byte)b)]);

    private readonly ArrayBufferWriter<byte> _buffer = new(1024);

    /// <returns><see langword="false"/> when it is no flat JSON object.</returns>
    public bool TryClean(byte[]? props, out byte[]? clean)
    {
        clean = props;
        if (props is null)
        {
            return true;
        }

        if (props.Length > EventLimits.PropsBytes)
        {
            return false;
        }

        // Receivers write properties themselves, so nearly all pass as they are. An escape may hide a control character.
        if (!props.AsSpan().ContainsAny(Suspect) && Utf8.IsValid(props) && HasNoC1(props) && IsFlatObject(props))
        {
            return true;
        }

        return TryRewrite(props, out clean);
    }

    // C1 controls are C2 80 to C2 9F, line separators E2 80 A8 and A9.
    private static bool HasNoC1(ReadOnlySpan<byte> props)
    {
        for (var rest = props; rest.IndexOfAny((byte)0xc2, (byte)0xe2) is var at && at >= 0; rest = rest[(at + 1)..])
        {
            if ((rest[at] == 0xc2 && rest[at + 1] < 0xa0) || (rest[at] == 0xe2 && rest[at + 1] == 0x80 && rest[at + 2] is 0xa8 or 0xa9))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsFlatObject(ReadOnlySpan<byte> props)
    {
        try
        {
            var reader = new Utf8JsonReader(props);
            var any = reader.Read() && reader.TokenType == JsonTokenType.StartObject;
            while (any && reader.Read() && reader.TokenType != JsonTokenType.EndObject)
            {
                if (reader.TokenType is not (JsonTokenType.PropertyName or JsonTokenType.String or JsonTokenType.Number or JsonTokenType.True or JsonTokenType.False))
                {
                    return false;
                }
            }

            return any && !reader.Read();
        }
        catch (JsonException)
        {
            // The slow way, which comes next, tells why.
            return false;
        }
    }

    private bool TryRewrite(byte[] props, out byte[]? clean)
    {
        clean = null;
        _buffer.ResetWrittenCount();
        try
        {
            var reader = new Utf8JsonReader(props);
            using var writer = new Utf8JsonWriter(_buffer, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return false;
            }

            writer.WriteStartObject();
            var written = 0;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var key = CleanText.Line(reader.GetString(), EventLimits.PropKey);
                reader.Read();
                if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
                {
                    return false;
                }

                if (key.Length > 0 && reader.TokenType != JsonTokenType.Null)
                {
                    writer.WritePropertyName(key);
                    Copy(ref reader, writer);
                    written++;
                }
            }

            writer.WriteEndObject();
            writer.Flush();
            clean = written == 0 ? null : _buffer.WrittenSpan.ToArray();
            return !reader.Read();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: an escape of half a surrogate pair, which GetString refuses.
            clean = null;
            return false;
        }
    }

    private static void Copy(ref Utf8JsonReader reader, Utf8JsonWriter writer)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.String:
                writer.WriteStringValue(CleanText.Line(reader.GetString(), EventLimits.PropValue));
                break;
            case JsonTokenType.Number:
                writer.WriteRawValue(reader.ValueSpan);
                break;
            default:
                writer.WriteBooleanValue(reader.TokenType == JsonTokenType.True);
                break;
        }
    }
}
