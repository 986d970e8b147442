using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;

namespace Sightline.Server.Receive.EventApi;

/// <summary>The tracker as it is sent: once as it is, once for each encoding browsers take, packed at start as small as it gets.</summary>
internal sealed class TrackerScript
{
    private readonly string _hash;

    public TrackerScript(byte[] script)
    {
        _hash = Convert.ToHexStringLower(SHA256.HashData(script).AsSpan(0, 8));
        Plain = new Form(script, null, $"\"{_hash}\"");
        Gzip = new Form(Pack(script, packed => new GZipStream(packed, CompressionLevel.SmallestSize)), "gzip", $"\"{_hash}-gz\"");
        Brotli = new Form(Pack(script, packed => new BrotliStream(packed, CompressionLevel.SmallestSize)), "br", $"\"{_hash}-br\"");
    }

    public Form Plain { get; }

    public Form Gzip { get; }

    public Form Brotli { get; }

    /// <summary>The file that the build laid beside the application.</summary>
    /// <exception cref="FileNotFoundException">The installation is incomplete.</exception>
    public static TrackerScript Load() => new(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "sl.js")));

    /// <summary>Whether the browser holds this script already, in whatever encoding it came.</summary>
    public bool IsKnown(string ifNoneMatch) => ifNoneMatch.Contains(_hash, StringComparison.Ordinal);

    /// <summary>The smallest form that <c>Accept-Encoding</c> allows.</summary>
    public Form Choose(string acceptEncoding) =>
        Accepts(acceptEncoding, "br") ? Brotli : Accepts(acceptEncoding, "gzip") ? Gzip : Plain;

    private static bool Accepts(string header, string encoding)
    {
        foreach (var range in header.AsSpan().Split(','))
        {
            var entry = header.AsSpan(range);
            var semicolon = entry.IndexOf(';');
            var name = semicolon < 0 ? entry : entry[..semicolon];
            if (name.Trim().Equals(encoding, StringComparison.OrdinalIgnoreCase))
            {
                return semicolon < 0 || Weight(entry[(semicolon + 1)..]) > 0;
            }
        }

        return false;
    }

    private static double Weight(ReadOnlySpan<char> parameter)
    {
        parameter = parameter.Trim();
        return parameter.StartsWith("q=", StringComparison.OrdinalIgnoreCase)
            && double.TryParse(parameter[2..], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var weight) ? weight : 1;
    }

    private static byte[] Pack(byte[] script, Func<Stream, Stream> packer)
    {
        using var packed = new MemoryStream();
        using (var stream = packer(packed))
        {
            stream.Write(script);
        }

        return packed.ToArray();
    }

    /// <summary>One encoding of the script; a strong ETag names bytes, so each has its own.</summary>
    internal sealed record Form(byte[] Bytes, string? Encoding, string ETag);
}
