using System.Buffers.Binary;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Sightline.Core.Queries.Graphite;

namespace Sightline.Server.Features.Graphite;

/// <summary>Series for dygraphs and Rickshaw, and for Python programs: pickle and msgpack.</summary>
internal static class RenderFormats
{
    /// <summary><c>{"labels" : ["Time", ...], "data" : [[milliseconds, value, ...], ...]}</c>; rows are those of the first series.</summary>
    public static byte[] Dygraph(IReadOnlyList<Series> series) => Written(writer =>
    {
        writer.WriteStartObject();
        if (series.Count > 0)
        {
            writer.WriteStartArray("labels");
            writer.WriteStringValue("Time");
            foreach (var one in series)
            {
                writer.WriteStringValue(one.Name);
            }

            writer.WriteEndArray();
            writer.WriteStartArray("data");
            for (long i = 0, time = series[0].Start; time < series[0].End; i++, time += Math.Max(1, series[0].Step))
            {
                writer.WriteStartArray();
                writer.WriteNumberValue(time * 1000);
                foreach (var one in series)
                {
                    RenderAnswer.Number(writer, i < one.Values.Length ? one.Values[i] : double.NaN);
                }

                writer.WriteEndArray();
            }

            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    });

    /// <summary><c>[{"target": ..., "datapoints": [{"x": time, "y": value}, ...]}]</c></summary>
    public static byte[] Rickshaw(IReadOnlyList<Series> series) => Written(writer =>
    {
        writer.WriteStartArray();
        foreach (var one in series)
        {
            writer.WriteStartObject();
            writer.WriteString("target", one.Name);
            writer.WriteStartArray("datapoints");
            for (var i = 0; i < one.Values.Length && one.Start + (i * one.Step) < one.End; i++)
            {
                writer.WriteStartObject();
                writer.WriteNumber("x", one.Start + (i * one.Step));
                writer.WritePropertyName("y");
                RenderAnswer.Number(writer, one.Values[i]);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    });

    /// <summary>A list of dictionaries, protocol 2.</summary>
    public static byte[] Pickle(IReadOnlyList<Series> series)
    {
        using var output = new MemoryStream();
        output.Write([0x80, 2]);
        Pickled(output, series.Select(Fields));
        output.WriteByte((byte)'.');
        return output.ToArray();
    }

    /// <summary>The same as msgpack.</summary>
    public static byte[] MsgPack(IReadOnlyList<Series> series)
    {
        using var output = new MemoryStream();
        Packed(output, series.Select(Fields).ToList());
        return output.ToArray();
    }

    /// <summary>What names lead to, for another graphite-web; of leaves also since when.</summary>
    public static byte[] Nodes(IEnumerable<(string Path, bool IsLeaf)> nodes, long now, bool asPickle)
    {
        var list = nodes.Select(node => (KeyValuePair<string, object?>[])
            [new("path", node.Path), new("is_leaf", node.IsLeaf), .. node.IsLeaf ? (KeyValuePair<string, object?>[])[new("intervals", new object[] { new object[] { 0L, now } })] : []]).ToList();
        using var output = new MemoryStream();
        if (asPickle)
        {
            output.Write([0x80, 2]);
            Pickled(output, list);
            output.WriteByte((byte)'.');
        }
        else
        {
            Packed(output, list);
        }

        return output.ToArray();
    }

    private static KeyValuePair<string, object?>[] Fields(Series one) =>
    [
        new("name", one.Name), new("start", one.Start), new("end", one.End), new("step", one.Step), new("values", one.Values), new("pathExpression", one.PathExpression),
        new("valuesPerPoint", 1L), new("consolidationFunc", one.Consolidation), new("xFilesFactor", one.XFilesFactor),
    ];

    private static void Pickled(MemoryStream output, object? value)
    {
        Span<byte> bytes = stackalloc byte[8];
        switch (value)
        {
            case null or double.NaN:
                output.WriteByte((byte)'N');
                break;
            case bool flag:
                output.WriteByte(flag ? (byte)0x88 : (byte)0x89);
                break;
            case double number:
                BinaryPrimitives.WriteDoubleBigEndian(bytes, number);
                output.WriteByte((byte)'G');
                output.Write(bytes);
                break;
            case long number:
                // A long of eight bytes.
                BinaryPrimitives.WriteInt64LittleEndian(bytes, number);
                output.Write([0x8A, 8]);
                output.Write(bytes);
                break;
            case string text:
                var utf8 = Encoding.UTF8.GetBytes(text);
                BinaryPrimitives.WriteInt32LittleEndian(bytes, utf8.Length);
                output.WriteByte((byte)'X');
                output.Write(bytes[..4]);
                output.Write(utf8);
                break;
            case KeyValuePair<string, object?>[] fields:
                output.Write("}("u8);
                foreach (var (name, field) in fields)
                {
                    Pickled(output, name);
                    Pickled(output, field);
                }

                output.WriteByte((byte)'u');
                break;
            default:
                output.Write("]("u8);
                foreach (var member in (System.Collections.IEnumerable)value)
                {
                    Pickled(output, member);
                }

                output.WriteByte((byte)'e');
                break;
        }
    }

    private static void Packed(MemoryStream output, object? value)
    {
        Span<byte> bytes = stackalloc byte[9];
        switch (value)
        {
            case null or double.NaN:
                output.WriteByte(0xC0);
                break;
            case bool flag:
                output.WriteByte(flag ? (byte)0xC3 : (byte)0xC2);
                break;
            case double number:
                bytes[0] = 0xCB;
                BinaryPrimitives.WriteDoubleBigEndian(bytes[1..], number);
                output.Write(bytes);
                break;
            case long number:
                bytes[0] = 0xD3;
                BinaryPrimitives.WriteInt64BigEndian(bytes[1..], number);
                output.Write(bytes);
                break;
            case string text:
                var utf8 = Encoding.UTF8.GetBytes(text);
                Length(output, 0xDB, utf8.Length);
                output.Write(utf8);
                break;
            case KeyValuePair<string, object?>[] fields:
                Length(output, 0xDF, fields.Length);
                foreach (var (name, field) in fields)
                {
                    Packed(output, name);
                    Packed(output, field);
                }

                break;
            case double[] values:
                Length(output, 0xDD, values.Length);
                foreach (var number in values)
                {
                    Packed(output, number);
                }

                break;
            default:
                var list = (System.Collections.ICollection)value;
                Length(output, 0xDD, list.Count);
                foreach (var member in list)
                {
                    Packed(output, member);
                }

                break;
        }
    }

    private static void Length(MemoryStream output, byte kind, int length)
    {
        Span<byte> bytes = stackalloc byte[5];
        bytes[0] = kind;
        BinaryPrimitives.WriteInt32BigEndian(bytes[1..], length);
        output.Write(bytes);
    }

    private static byte[] Written(Action<Utf8JsonWriter> write)
    {
        using var output = new MemoryStream();
        using (var writer = new Utf8JsonWriter(output, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            write(writer);
        }

        return output.ToArray();
    }
}
