using System.Buffers.Binary;
using System.Net;
using System.Text;

namespace Sightline.Tests.Enrich;

/// <summary>Writes a small database in MaxMind's format (github.com/maxmind/MaxMind-DB, MaxMind-DB-spec.md): a tree of 24-bit records over 128 bits, then data, then metadata.</summary>
internal static class MmdbWriter
{
    public static byte[] Write(params (string Network, object Record)[] networks)
    {
        var nodes = new List<int[]> { new[] { 0, 0 } };
        var data = new List<byte>();
        const int empty = 0;
        foreach (var (text, record) in networks)
        {
            var network = IPNetwork.Parse(text);
            // IPv4 lies at ::/96 in such a tree.
            var bytes = new byte[16];
            var prefix = network.PrefixLength;
            var address = network.BaseAddress.GetAddressBytes();
            address.CopyTo(bytes, 16 - address.Length);
            prefix += address.Length == 4 ? 96 : 0;
            var node = 0;
            for (var bit = 0; bit < prefix; bit++)
            {
                var side = (bytes[bit / 8] >> (7 - (bit % 8))) & 1;
                if (bit == prefix - 1)
                {
                    // Data are marked by negative numbers until the number of nodes is known.
                    nodes[node][side] = -1 - data.Count;
                }
                else
                {
                    if (nodes[node][side] == empty)
                    {
                        nodes.Add([0, 0]);
                        nodes[node][side] = nodes.Count - 1;
                    }

                    node = nodes[node][side];
                }
            }

            Encode(record, data);
        }

        var file = new List<byte>();
        foreach (var value in nodes.SelectMany(node => node))
        {
            var pointer = value < 0 ? nodes.Count + 16 + (-1 - value) : value == empty ? nodes.Count : value;
            file.AddRange([(byte)(pointer >> 16), (byte)(pointer >> 8), (byte)pointer]);
        }

        file.AddRange(new byte[16]);
        file.AddRange(data);
        file.AddRange([0xab, 0xcd, 0xef]);
        file.AddRange("MaxMind.com"u8);
        Encode(
            new Dictionary<string, object>
            {
                ["node_count"] = (uint)nodes.Count,
                ["record_size"] = (ushort)24,
                ["ip_version"] = (ushort)6,
                ["database_type"] = "Test-City",
                ["languages"] = new List<object> { "en" },
                ["binary_format_major_version"] = (ushort)2,
                ["binary_format_minor_version"] = (ushort)0,
                ["build_epoch"] = 1UL,
                ["description"] = new Dictionary<string, object> { ["en"] = "test" },
            },
            file);
        return [.. file];
    }

    private static void Encode(object value, List<byte> into)
    {
        switch (value)
        {
            case string text:
                Head(2, Encoding.UTF8.GetByteCount(text), into);
                into.AddRange(Encoding.UTF8.GetBytes(text));
                break;
            case ushort number:
                Number(5, number, 2, into);
                break;
            case uint number:
                Number(6, number, 4, into);
                break;
            case ulong number:
                Number(9, number, 8, into);
                break;
            case Dictionary<string, object> map:
                Head(7, map.Count, into);
                foreach (var (key, item) in map)
                {
                    Encode(key, into);
                    Encode(item, into);
                }

                break;
            case List<object> list:
                Head(11, list.Count, into);
                list.ForEach(item => Encode(item, into));
                break;
            default:
                throw new NotSupportedException(value.GetType().Name);
        }
    }

    private static void Number(int type, ulong number, int size, List<byte> into)
    {
        Head(type, size, into);
        var bytes = new byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, number);
        into.AddRange(bytes[(8 - size)..]);
    }

    private static void Head(int type, int size, List<byte> into)
    {
        if (size >= 29)
        {
            throw new NotSupportedException("longer than a test needs");
        }

        into.Add((byte)(type <= 7 ? (type << 5) | size : size));
        if (type > 7)
        {
            into.Add((byte)(type - 7));
        }
    }
}
