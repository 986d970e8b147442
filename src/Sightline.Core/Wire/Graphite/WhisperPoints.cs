using Sightline.Core.Model;

namespace Sightline.Core.Wire.Graphite;

/// <summary>The points of a whisper file as they are imported.</summary>
public static class WhisperPoints
{
    /// <summary>
    /// The points of each archive, under the names they are kept under. Of a coarser archive the step in which the file ends is left out: it is not over, and
    /// is made of the finer points that are there and those still to come.
    /// </summary>
    /// <param name="file">Read.</param>
    /// <param name="name">Canonical name of the series.</param>
    public static IEnumerable<(byte[] Name, Point Point)> Of(WhisperFile file, byte[] name)
    {
        var archives = file.Keeping.Archives;
        var points = archives.Select((_, level) => file.Points(level)).ToList();
        var last = points.Max(static archive => archive.Count == 0 ? 0L : archive[^1].Time);
        var end = points[0].Count == 0 ? 0L : points[0][^1].Time + archives[0].Step;
        for (var level = 0; level < archives.Count; level++)
        {
            var (step, oldest) = (archives[level].Step, last - archives[level].Retention);
            var archive = level == 0 ? name : SeriesLevel.Name(name, step);
            foreach (var point in points[level])
            {
                // A ring that was not written for long holds points older than it reaches back; whisper never finds them.
                var isOver = level == 0 || point.Time >= end || point.Time + (long)step <= end;
                if (isOver && point.Time > oldest)
                {
                    yield return (archive, point);
                }
            }
        }
    }
}
