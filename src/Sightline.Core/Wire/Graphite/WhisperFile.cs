using System.Buffers.Binary;
using Sightline.Core.Model;

namespace Sightline.Core.Wire.Graphite;

/// <summary>
/// A whisper file: a head (big-endian: method u32, greatest retention u32, xFilesFactor f32, count of archives u32), for each archive offset, step and points
/// (u32 each), then the archives: rings of points (time u32, value f64), each placed by its distance in steps to the first point.
/// Source: whisper.py 1.1.
/// </summary>
public sealed class WhisperFile
{
    private const int HeadBytes = 16;
    private const int ArchiveBytes = 12;
    private const int PointBytes = 12;

    private readonly ReadOnlyMemory<byte> _bytes;
    private readonly int[] _offsets;

    private WhisperFile(ReadOnlyMemory<byte> bytes, SeriesKeeping keeping, int[] offsets) => (_bytes, Keeping, _offsets) = (bytes, keeping, offsets);

    public SeriesKeeping Keeping { get; }

    /// <param name="bytes">The whole file; kept.</param>
    /// <exception cref="InvalidDataException">It is no whisper file, or a damaged one; the message says what is wrong.</exception>
    public static WhisperFile Read(ReadOnlyMemory<byte> bytes)
    {
        var span = bytes.Span;
        if (span.Length < HeadBytes + ArchiveBytes)
        {
            throw new InvalidDataException($"it has {span.Length} bytes, which is no whisper file");
        }

        var method = BinaryPrimitives.ReadUInt32BigEndian(span);
        var factor = BinaryPrimitives.ReadSingleBigEndian(span[8..]);
        var count = BinaryPrimitives.ReadUInt32BigEndian(span[12..]);
        if (method is < 1 or > 8 || factor is not (>= 0 and <= 1) || count is < 1 or > 20 || span.Length < HeadBytes + (count * ArchiveBytes))
        {
            throw new InvalidDataException("its head is not that of a whisper file");
        }

        var archives = new SeriesArchive[count];
        var offsets = new int[count];
        for (var i = 0; i < count; i++)
        {
            var at = span[(HeadBytes + (i * ArchiveBytes))..];
            var offset = BinaryPrimitives.ReadUInt32BigEndian(at);
            archives[i] = new SeriesArchive(BinaryPrimitives.ReadUInt32BigEndian(at[4..]), BinaryPrimitives.ReadUInt32BigEndian(at[8..]));
            if (offset + ((long)archives[i].Points * PointBytes) > span.Length)
            {
                throw new InvalidDataException($"it ends before its archive of {archives[i].Step} seconds a step does");
            }

            offsets[i] = (int)offset;
        }

        return SeriesKeeping.FaultOf(archives) is { } fault
            ? throw new InvalidDataException(fault)
            : new WhisperFile(bytes, new SeriesKeeping(archives, (RollUpMethod)method, factor), offsets);
    }

    /// <summary>The points of an archive that whisper would find, in order of time; values that are no number are left out.</summary>
    public List<Point> Points(int level)
    {
        var archive = Keeping.Archives[level];
        var ring = _bytes.Span.Slice(_offsets[level], (int)archive.Points * PointBytes);
        var found = new List<Point>();
        long first = BinaryPrimitives.ReadUInt32BigEndian(ring);
        if (first == 0)
        {
            return found;
        }

        for (var i = 0; i < archive.Points; i++)
        {
            var point = ring[(i * PointBytes)..];
            var time = BinaryPrimitives.ReadUInt32BigEndian(point);
            var value = BinaryPrimitives.ReadDoubleBigEndian(point[4..]);
            // A point that lies where its time does not belong is never found, and so is one that is older than its ring reaches back.
            if (time != 0 && time % archive.Step == 0 && Place(time - first, archive) == i && !double.IsNaN(value))
            {
                found.Add(new Point(time, value));
            }
        }

        found.Sort(static (a, b) => a.Time.CompareTo(b.Time));
        return found;
    }

    private static long Place(long distance, SeriesArchive archive)
    {
        var place = Math.DivRem(distance, archive.Step).Quotient % archive.Points;
        return place < 0 ? place + archive.Points : place;
    }
}
