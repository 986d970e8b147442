using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Sightline.Core.Wire.Common;

/// <summary>An array as <c>a[]=1&amp;a[k]=2</c> makes it in PHP: ordered, keys are texts or counted.</summary>
internal sealed class FormArray
{
    private readonly OrderedDictionary<string, object> _items = new(StringComparer.Ordinal);
    private long _next;

    /// <param name="key"><see langword="null"/>: the next number.</param>
    /// <param name="text">The value; it replaces what was there.</param>
    public void Set(string? key, string text) => _items[Key(key)] = text;

    /// <summary>The array at a key, made when there is none.</summary>
    public FormArray Nested(string? key)
    {
        var name = Key(key);
        if (_items.TryGetValue(name, out var found) && found is FormArray array)
        {
            return array;
        }

        array = new FormArray();
        _items[name] = array;
        return array;
    }

    /// <summary>As PHP's <c>json_encode</c> would: a list when the keys are 0, 1, 2, ..., else an object.</summary>
    public string ToJson()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            Write(writer);
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private void Write(Utf8JsonWriter writer)
    {
        var list = IsList();
        if (list)
        {
            writer.WriteStartArray();
        }
        else
        {
            writer.WriteStartObject();
        }

        foreach (var (key, value) in _items)
        {
            if (!list)
            {
                writer.WritePropertyName(key);
            }

            if (value is FormArray array)
            {
                array.Write(writer);
            }
            else
            {
                writer.WriteStringValue((string)value);
            }
        }

        if (list)
        {
            writer.WriteEndArray();
        }
        else
        {
            writer.WriteEndObject();
        }
    }

    private bool IsList()
    {
        var expected = 0;
        foreach (var key in _items.Keys)
        {
            if (key != expected.ToString(CultureInfo.InvariantCulture))
            {
                return false;
            }

            expected++;
        }

        return true;
    }

    private string Key(string? key)
    {
        if (key is null)
        {
            return (_next++).ToString(CultureInfo.InvariantCulture);
        }

        if (int.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= _next)
        {
            _next = number + 1L;
        }

        return key;
    }
}
