using System.Buffers.Binary;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace Sightline.Server.Write.Enrich;

/// <summary>The country of an address, from <c>countries.bin</c> (format: web/data/countries.mjs): sorted starts of ranges in memory, about 6 MB.</summary>
internal sealed class CountryRanges
{
    private readonly string[] _codes;
    private readonly uint[] _starts4;
    private readonly byte[] _countries4;
    private readonly UInt128[] _starts6;
    private readonly byte[] _countries6;

    private CountryRanges(string[] codes, uint[] starts4, byte[] countries4, UInt128[] starts6, byte[] countries6)
    {
        _codes = codes;
        _starts4 = starts4;
        _countries4 = countries4;
        _starts6 = starts6;
        _countries6 = countries6;
    }

    /// <exception cref="InvalidDataException">The file is not what its builder writes.</exception>
    public static CountryRanges Load(string path)
    {
        if (!BitConverter.IsLittleEndian)
        {
            throw new PlatformNotSupportedException("countries.bin is read on little-endian machines only");
        }

        var data = File.ReadAllBytes(path).AsSpan();
        if (!data.StartsWith("SLC1"u8))
        {
            throw new InvalidDataException($"{path} does not begin as a table of countries");
        }

        data = data[4..];
        try
        {
            var codes = new string[Count(ref data)];
            for (var i = 0; i < codes.Length; i++)
            {
                codes[i] = i == 0 ? "" : Encoding.ASCII.GetString(data[(i * 2)..(i * 2 + 2)]);
            }

            data = data[(codes.Length * 2)..];
            var n4 = Count(ref data);
            var starts4 = Take<uint>(ref data, n4);
            var countries4 = Take<byte>(ref data, n4);
            var n6 = Count(ref data);
            var high = Take<ulong>(ref data, n6);
            var low = Take<ulong>(ref data, n6);
            var starts6 = new UInt128[n6];
            for (var i = 0; i < n6; i++)
            {
                starts6[i] = new UInt128(high[i], low[i]);
            }

            var countries6 = Take<byte>(ref data, n6);
            return data.IsEmpty && n4 > 0 && n6 > 0 && starts4[0] == 0 && starts6[0] == 0
                ? new CountryRanges(codes, starts4, countries4, starts6, countries6)
                : throw new InvalidDataException($"{path} has a wrong length");
        }
        catch (ArgumentOutOfRangeException e)
        {
            throw new InvalidDataException($"{path} is cut off", e);
        }
    }

    /// <summary>ISO 3166-1 alpha-2, or empty.</summary>
    public string Find(VisitorAddress address)
    {
        if (address.Ip is null)
        {
            return "";
        }

        if (address.Ip.AddressFamily == AddressFamily.InterNetwork)
        {
            var at = Array.BinarySearch(_starts4, address.V4);
            return _codes[_countries4[at >= 0 ? at : ~at - 1]];
        }

        var at6 = Array.BinarySearch(_starts6, address.Bits);
        return _codes[_countries6[at6 >= 0 ? at6 : ~at6 - 1]];
    }

    private static int Count(ref Span<byte> data)
    {
        var count = BinaryPrimitives.ReadUInt32LittleEndian(data);
        data = data[4..];
        return checked((int)count);
    }

    private static T[] Take<T>(ref Span<byte> data, int count)
        where T : unmanaged
    {
        var taken = new T[count];
        var bytes = MemoryMarshal.AsBytes(taken.AsSpan());
        data[..bytes.Length].CopyTo(bytes);
        data = data[bytes.Length..];
        return taken;
    }
}
