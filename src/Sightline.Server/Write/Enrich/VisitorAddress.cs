using System.Buffers;
using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Sightline.Server.Write.Enrich;

/// <summary>
/// The visitor's address while an event is being enriched. Both families are one number space (IPv4 as <c>::ffff:0:0/96</c>).
/// It is deliberately no record: nothing may print it.
/// </summary>
internal readonly struct VisitorAddress
{
    private static readonly SearchValues<char> V4Characters = SearchValues.Create("0123456789.");
    private static readonly UInt128 V4Prefix = new(0, 0xffff_0000_0000);

    private VisitorAddress(IPAddress? ip, UInt128 bits, string text)
    {
        Ip = ip;
        Bits = bits;
        Text = text;
    }

    /// <summary><see langword="null"/> when what was given is no address (an access log with names, a hashed address).</summary>
    public IPAddress? Ip { get; }

    public UInt128 Bits { get; }

    /// <summary>As given, for telling visitors apart where there is no address; empty when nothing was given.</summary>
    public string Text { get; }

    public bool IsV4 => Ip?.AddressFamily == AddressFamily.InterNetwork;

    public uint V4 => (uint)Bits;

    /// <summary>Reads <c>192.0.2.1</c>, <c>2001:db8::1</c>, either with a port, in brackets, mapped, or with a zone.</summary>
    public static VisitorAddress Parse(string? text)
    {
        var span = text.AsSpan().Trim();
        if (span.IsEmpty || span is "-")
        {
            return new(null, 0, "");
        }

        var bare = WithoutPort(span);
        // IPAddress takes "1" and "0x7f.1" for addresses; no server writes them.
        var plausible = bare.Contains(':') || (bare.Count('.') == 3 && !bare.ContainsAnyExcept(V4Characters));
        return plausible && IPAddress.TryParse(bare, out var ip) ? Of(ip, text!) : new(null, 0, text!);
    }

    public static UInt128 BitsOf(IPAddress ip)
    {
        Span<byte> bytes = stackalloc byte[16];
        ip.TryWriteBytes(bytes, out var length);
        return length == 4 ? V4Prefix | BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }

    private static VisitorAddress Of(IPAddress ip, string text)
    {
        if (ip.IsIPv4MappedToIPv6)
        {
            ip = ip.MapToIPv4();
        }

        return new(ip, BitsOf(ip), text);
    }

    private static ReadOnlySpan<char> WithoutPort(ReadOnlySpan<char> text)
    {
        if (text[0] == '[')
        {
            var close = text.IndexOf(']');
            return close < 0 ? text : text[1..close];
        }

        var colon = text.IndexOf(':');
        if (colon >= 0 && colon == text.LastIndexOf(':'))
        {
            return text[..colon];
        }

        var zone = text.IndexOf('%');
        return zone < 0 ? text : text[..zone];
    }
}
