using System.IO.Compression;
using System.Security.Cryptography;
using Microsoft.Net.Http.Headers;

namespace Sightline.Server.Show;

/// <summary>A file that pages load, named by its content so that browsers may keep it for ever.</summary>
internal sealed class Asset
{
    private readonly byte[] _bytes;
    private readonly string _contentType;
    private readonly string _hash;
    // Packed when first asked for: a server that starts has better things to do.
    private readonly Lazy<byte[]> _packed;

    public Asset(string path, string contentType, byte[] bytes)
    {
        (Path, _contentType, _bytes) = (path, contentType, bytes);
        _hash = Convert.ToHexStringLower(SHA256.HashData(bytes))[..16];
        _packed = new(() => Pack(bytes));
        Href = $"{path}?v={_hash}";
    }

    public string Path { get; }

    /// <summary>Address with the content's name.</summary>
    public string Href { get; }

    public int PackedBytes => _packed.Value.Length;

    public IResult Answer(HttpContext context)
    {
        var headers = context.Response.Headers;
        // Asked for by another name, it may change at the next upgrade.
        headers.CacheControl = context.Request.Query["v"] == _hash ? "public, max-age=31536000, immutable" : "public, no-cache";
        headers.Vary = "Accept-Encoding";
        headers.XContentTypeOptions = "nosniff";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        var packed = context.Request.GetTypedHeaders().AcceptEncoding.Any(encoding => encoding.Value == "gzip" && encoding.Quality is null or > 0);
        if (packed)
        {
            headers.ContentEncoding = "gzip";
        }

        return Results.Bytes(packed ? _packed.Value : _bytes, _contentType, entityTag: new EntityTagHeaderValue(packed ? $"\"{_hash}-gz\"" : $"\"{_hash}\""));
    }

    private static byte[] Pack(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var stream = new GZipStream(packed, CompressionLevel.SmallestSize))
        {
            stream.Write(bytes);
        }

        return packed.ToArray();
    }
}
