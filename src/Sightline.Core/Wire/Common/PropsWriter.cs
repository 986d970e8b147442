using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Sightline.Core.Model;

namespace Sightline.Core.Wire.Common;

/// <summary>
/// Builds an event's properties: one flat UTF-8 JSON object of strings, numbers and booleans within <see cref="EventLimits"/>. Keys are
/// unique (the last value of a key wins and keeps the first one's place). What finds no room is counted, and the count is itself a property,
/// <see cref="LeftOutKey"/>, so that its loss shows. Reusable.
/// </summary>
public sealed class PropsWriter
{
    /// <summary>Property that says how many others found no room.</summary>
    public const string LeftOutKey = "props_left_out";

    // Room for the braces and for LeftOutKey with its number.
    private const int Reserved = 40;

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private readonly OrderedDictionary<string, object> _props = new(StringComparer.Ordinal);

    /// <summary>Properties that found no room: too many, or too long together. Complete after <see cref="ToBytes"/>.</summary>
    public int LeftOut { get; private set; }

    public int Count => _props.Count;

    public IEnumerable<string> Keys => _props.Keys;

    public void Clear()
    {
        _props.Clear();
        LeftOut = 0;
    }

    public bool Has(string key) => _props.ContainsKey(key);

    /// <summary>Adds a text, cut to its limit; nothing when it is null or empty.</summary>
    public void Add(string key, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            Set(key, Text.Cut(value, EventLimits.PropValue));
        }
    }

    /// <summary>Adds a number; not-a-number and the infinities, which JSON cannot say, are counted as left out.</summary>
    public void Add(string key, double value)
    {
        if (double.IsFinite(value))
        {
            Set(key, value);
        }
        else
        {
            LeftOut++;
        }
    }

    public void Add(string key, long value) => Set(key, value);

    public void Add(string key, bool value) => Set(key, value);

    /// <summary>The object; <see langword="null"/> when there is no property.</summary>
    public byte[]? ToBytes()
    {
        if (_props.Count == 0 && LeftOut == 0)
        {
            return null;
        }

        var buffer = new ArrayBufferWriter<byte>(256);
        using var writer = new Utf8JsonWriter(buffer, Options);
        writer.WriteStartObject();
        var room = EventLimits.PropsBytes - Reserved;
        var left = EventLimits.Props - (LeftOut > 0 ? 1 : 0);
        foreach (var (key, value) in _props)
        {
            // 4: the key's quotes, colon, comma.
            var size = Size(key) + Size(value) + 4;
            if (size > room || left == 0)
            {
                LeftOut++;
                continue;
            }

            room -= size;
            left--;
            Write(writer, key, value);
        }

        if (LeftOut > 0)
        {
            writer.WriteNumber(LeftOutKey, LeftOut);
        }

        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private static void Write(Utf8JsonWriter writer, string key, object value)
    {
        writer.WritePropertyName(key);
        switch (value)
        {
            case string text:
                writer.WriteStringValue(text);
                break;
            case double number:
                writer.WriteNumberValue(number);
                break;
            case long number:
                writer.WriteNumberValue(number);
                break;
            default:
                writer.WriteBooleanValue((bool)value);
                break;
        }
    }

    // At most: exact sizes would mean to encode everything twice, and nobody comes near the limit but by long texts.
    private static int Size(object value) => value is string text ? Text.EncodedLength(text) + 2 : 26;

    private void Set(string key, object value)
    {
        key = Text.Cut(key, EventLimits.PropKey);
        if (key.Length == 0 || (_props.Count >= EventLimits.Props && !_props.ContainsKey(key)))
        {
            LeftOut++;
            return;
        }

        _props[key] = value;
    }
}
