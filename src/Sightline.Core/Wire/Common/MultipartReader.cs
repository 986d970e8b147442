using System.Text;

namespace Sightline.Core.Wire.Common;

/// <summary>
/// Reads a <c>multipart/form-data</c> body, known by how it begins: what <c>FormData</c> in browsers and arrays in PHP's curl send. Files are
/// left out. Never throws; a body cut short gives the parts before the cut.
/// </summary>
public static class MultipartReader
{
    // RFC 2046, section 5.1.1.
    private const int MaxBoundary = 70;

    /// <summary>Adds the parts of a body to <paramref name="fields"/>; <see langword="false"/>: it is no such body.</summary>
    public static bool TryRead(ReadOnlySpan<byte> body, FormFields fields)
    {
        var lineEnd = body.IndexOf("\r\n"u8);
        if (!body.StartsWith("--"u8) || lineEnd is < 3 or > MaxBoundary + 2)
        {
            return false;
        }

        var boundary = body[..lineEnd];
        var rest = body[lineEnd..];
        var read = 0;
        // Each part lies between two boundaries; the last one is followed by "--" instead of a line break.
        while (rest.StartsWith("\r\n"u8))
        {
            var end = IndexOfBoundary(rest, boundary);
            if (end < 0)
            {
                break;
            }

            if (++read > FormFields.MaxFields)
            {
                fields.Overflowed = true;
                break;
            }

            ReadPart(rest[2..end], fields);
            rest = rest[(end + 2 + boundary.Length)..];
        }

        return read > 0;
    }

    private static int IndexOfBoundary(ReadOnlySpan<byte> rest, ReadOnlySpan<byte> boundary)
    {
        // From 2: the line break after a boundary is not the one before the next.
        for (var from = 2; ;)
        {
            var found = rest[from..].IndexOf(boundary);
            if (found < 0)
            {
                return -1;
            }

            found += from;
            if (rest[(found - 2)..found].SequenceEqual("\r\n"u8) && found - 2 >= 2)
            {
                return found - 2;
            }

            from = found + boundary.Length;
        }
    }

    private static void ReadPart(ReadOnlySpan<byte> part, FormFields fields)
    {
        var headEnd = part.IndexOf("\r\n\r\n"u8);
        if (headEnd < 0)
        {
            return;
        }

        var head = Encoding.UTF8.GetString(part[..headEnd]);
        foreach (var line in head.Split("\r\n"))
        {
            if (line.StartsWith("Content-Disposition:", StringComparison.OrdinalIgnoreCase)
                && !line.Contains("filename", StringComparison.OrdinalIgnoreCase) && Quoted(line, "name=\"") is { } name)
            {
                FormReader.Add(fields, name, Encoding.UTF8.GetString(part[(headEnd + 4)..]));
                return;
            }
        }
    }

    private static string? Quoted(string line, string before)
    {
        var start = line.IndexOf(before, StringComparison.OrdinalIgnoreCase);
        var end = start < 0 ? -1 : line.IndexOf('"', start + before.Length);
        return end < 0 ? null : line[(start + before.Length)..end];
    }
}
