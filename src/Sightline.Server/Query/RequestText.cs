using Microsoft.AspNetCore.Http;

namespace Sightline.Server.Query;

/// <summary>Reads small request bodies whole.</summary>
internal static class RequestText
{
    /// <summary>At most one byte more than a body may have: whoever parses it refuses it then.</summary>
    public static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpRequest request, int mostBytes, CancellationToken cancellation)
    {
        while (true)
        {
            var read = await request.BodyReader.ReadAsync(cancellation).ConfigureAwait(false);
            if (read.IsCompleted || read.Buffer.Length > mostBytes)
            {
                var body = new byte[Math.Min(read.Buffer.Length, mostBytes + 1)];
                var at = 0;
                foreach (var piece in read.Buffer)
                {
                    var length = Math.Min(piece.Length, body.Length - at);
                    piece.Span[..length].CopyTo(body.AsSpan(at));
                    at += length;
                }
                request.BodyReader.AdvanceTo(read.Buffer.End);
                return body;
            }
            request.BodyReader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }
}
