using System.Buffers;
using System.IO.Compression;
using System.IO.Pipelines;

namespace Sightline.Server.Receive;

/// <summary>
/// A request's body in one pooled piece, unpacked, never longer than the limit. Dispose it once nothing points into it.
/// </summary>
internal struct RequestBody : IDisposable
{
    /// <summary>What our own routes take at most, packed and unpacked.</summary>
    public const int DefaultMaxBytes = 1024 * 1024;

    private byte[]? _buffer;

    private RequestBody(byte[] buffer, int length)
    {
        _buffer = buffer;
        Bytes = buffer.AsMemory(0, length);
    }

    /// <summary>Empty when refused.</summary>
    public ReadOnlyMemory<byte> Bytes { get; private set; }

    /// <summary><see cref="RejectReason.None"/>, <see cref="RejectReason.TooLarge"/> or <see cref="RejectReason.Malformed"/>.</summary>
    public RejectReason Refused { get; private init; }

    /// <summary>Reads the body; <c>Content-Encoding</c> gzip, deflate and br are unpacked under the same limit, so a small bomb stays small.</summary>
    public static async ValueTask<RequestBody> ReadAsync(HttpContext context, int maxBytes, CancellationToken cancellationToken)
    {
        if (context.Request.ContentLength > maxBytes)
        {
            return new RequestBody { Refused = RejectReason.TooLarge };
        }

        var encoding = context.Request.Headers.ContentEncoding.ToString();
        var body = await ReadPlainAsync(context.Request.BodyReader, (int?)context.Request.ContentLength, maxBytes, cancellationToken);
        if (body.Refused != RejectReason.None || encoding.Length == 0 || encoding.Equals("identity", StringComparison.OrdinalIgnoreCase))
        {
            return body;
        }

        using (body)
        {
            return Unpack(body.Bytes, encoding, maxBytes);
        }
    }

    public void Dispose()
    {
        if (_buffer is { } buffer)
        {
            _buffer = null;
            Bytes = default;
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static async ValueTask<RequestBody> ReadPlainAsync(PipeReader reader, int? contentLength, int maxBytes, CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await reader.ReadAsync(cancellationToken);
            var buffer = read.Buffer;
            if (buffer.Length > maxBytes)
            {
                reader.AdvanceTo(buffer.End);
                return new RequestBody { Refused = RejectReason.TooLarge };
            }

            if (read.IsCompleted || buffer.Length == contentLength)
            {
                var bytes = ArrayPool<byte>.Shared.Rent(Math.Max(1, (int)buffer.Length));
                buffer.CopyTo(bytes);
                var body = new RequestBody(bytes, (int)buffer.Length);
                reader.AdvanceTo(buffer.End);
                return body;
            }

            reader.AdvanceTo(buffer.Start, buffer.End);
        }
    }

    private static RequestBody Unpack(ReadOnlyMemory<byte> packed, string encoding, int maxBytes)
    {
        var source = new MemoryStream(packed.ToArray(), writable: false);
        using Stream? unpacker = encoding.ToLowerInvariant() switch
        {
            "gzip" or "x-gzip" => new GZipStream(source, CompressionMode.Decompress),
            "deflate" => new ZLibStream(source, CompressionMode.Decompress),
            "br" => new BrotliStream(source, CompressionMode.Decompress),
            _ => null,
        };
        if (unpacker is null)
        {
            return new RequestBody { Refused = RejectReason.Malformed };
        }

        var bytes = ArrayPool<byte>.Shared.Rent(Math.Min(maxBytes + 1, Math.Max(4096, packed.Length * 4)));
        var length = 0;
        try
        {
            while (true)
            {
                if (length == bytes.Length)
                {
                    var larger = ArrayPool<byte>.Shared.Rent(Math.Min(maxBytes + 1, bytes.Length * 2));
                    bytes.AsSpan(0, length).CopyTo(larger);
                    ArrayPool<byte>.Shared.Return(bytes);
                    bytes = larger;
                }

                var read = unpacker.Read(bytes, length, bytes.Length - length);
                if (read == 0)
                {
                    return new RequestBody(bytes, length);
                }

                length += read;
                if (length > maxBytes)
                {
                    ArrayPool<byte>.Shared.Return(bytes);
                    return new RequestBody { Refused = RejectReason.TooLarge };
                }
            }
        }
        // BrotliStream reports damaged data as an invalid operation.
        catch (Exception e) when (e is InvalidDataException or InvalidOperationException)
        {
            ArrayPool<byte>.Shared.Return(bytes);
            return new RequestBody { Refused = RejectReason.Malformed };
        }
    }
}
