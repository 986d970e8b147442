using System.Buffers;

namespace Sightline.Core.Wire.AccessLog;

/// <summary>How the bytes of a line's fields were made out of the values.</summary>
internal enum FieldEscapes : byte
{
    /// <summary>As they are.</summary>
    None,
    /// <summary><c>\"</c>, <c>\\</c>, <c>\n</c>, <c>\xHH</c>: Apache and nginx inside quotes.</summary>
    Backslash,
    /// <summary><c>+</c> for a space in headers: IIS.</summary>
    Plus,
    /// <summary>Percent-encoded; the user agent twice: CloudFront.</summary>
    Percent,
}

/// <summary>The fields of one line as byte ranges of it, nothing decoded. Empty means not given (<c>-</c> is not given).</summary>
internal ref struct LogLine
{
    private static readonly SearchValues<byte> MethodBytes = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZ_-abcdefghijklmnopqrstuvwxyz"u8);

    public LogFormat Format;
    public FieldEscapes Escapes;

    /// <summary>Unix milliseconds UTC.</summary>
    public long TimeMs;

    /// <summary>The log says more than whole seconds: <see cref="TimeMs"/> orders lines by itself.</summary>
    public bool HasFraction;

    /// <summary>0: no answer was given.</summary>
    public int Status;

    public ReadOnlySpan<byte> ClientIp;

    /// <summary>Virtual host, with port when the log has it.</summary>
    public ReadOnlySpan<byte> Host;

    public ReadOnlySpan<byte> Method;

    /// <summary>What was asked for: a path with or without query, or an absolute URL.</summary>
    public ReadOnlySpan<byte> Target;

    /// <summary>The query, where the format keeps it apart; without <c>?</c>.</summary>
    public ReadOnlySpan<byte> Query;

    public ReadOnlySpan<byte> Referrer;
    public ReadOnlySpan<byte> UserAgent;

    /// <summary>Splits <c>GET /path HTTP/1.1</c>. A line of another shape (a TLS hello, an empty request) leaves method and target empty.</summary>
    public void SetRequest(ReadOnlySpan<byte> request)
    {
        Method = default;
        Target = default;
        var space = request.IndexOf((byte)' ');
        if (space <= 0 || !IsToken(request[..space]))
        {
            return;
        }

        var rest = request[(space + 1)..].Trim((byte)' ');
        // The path of a careless client has spaces in it, so the protocol is what follows the last one; HTTP/0.9 has none.
        var last = rest.LastIndexOf((byte)' ');
        if (last >= 0 && rest[(last + 1)..].StartsWith("HTTP/"u8))
        {
            rest = rest[..last].TrimEnd((byte)' ');
        }
        else if (rest.StartsWith("HTTP/"u8))
        {
            return;
        }

        Method = request[..space];
        Target = rest;
    }

    private static bool IsToken(ReadOnlySpan<byte> method) =>
        method.Length <= 20 && !method.ContainsAnyExcept(MethodBytes);
}
