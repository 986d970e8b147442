using Sightline.Core.Model;
using Sightline.Store;
using Sightline.Store.Series;

namespace Sightline.Server.Write;

/// <summary>Turns a log record of points into rows: each finds its series, those of a project that has as many series as it may become drops.</summary>
internal static class PointRecord
{
    /// <summary>Drops of one record that say which series they were of.</summary>
    private const int Samples = 3;

    /// <param name="project">Whose.</param>
    /// <param name="payload">As <see cref="PointBatchWriter"/> wrote it.</param>
    /// <param name="series">Known series.</param>
    /// <param name="into">The batch; unchanged when this throws.</param>
    /// <param name="dropAll">Store nothing of it and count it as damaged.</param>
    /// <exception cref="InvalidDataException">The payload cannot be read.</exception>
    public static void Take(uint project, ReadOnlySpan<byte> payload, SeriesIndex series, StoreBatch into, bool dropAll)
    {
        var reader = new PointBatchReader(payload);
        var (before, keepingsBefore) = (into.Points.Count, into.Keepings.Count);
        var drops = new List<Drop>();
        uint stored = 0, tooMany = 0, damaged = 0, dropped = 0;
        SeriesEntry? entry = null;
        SeriesKeeping? keeping = null;
        ReadOnlySpan<byte> name = default;
        try
        {
            while (reader.Read())
            {
                if (reader.Drop is { } drop)
                {
                    drops.Add(new Drop(project, reader.ReceivedMs, reader.ReceivedBy, drop.Reason, drop.Count, drop.Sample));
                    dropped += drop.Count;
                    continue;
                }

                if (reader.Kept is { } kept)
                {
                    if (!dropAll && series.Want(project, reader.KeptName, kept.Archives[0].Step) is { } of)
                    {
                        into.Keepings.Add((of, kept, reader.KeptSource));
                    }

                    continue;
                }

                if (dropAll)
                {
                    damaged++;
                    continue;
                }

                if (entry is null || !name.SequenceEqual(reader.Name))
                {
                    name = reader.Name;
                    entry = series.Want(project, name, reader.StepSeconds);
                    // What is imported lies in the archives it lay in.
                    keeping = entry is null || reader.ReceivedBy == ReceivedBy.Whisper ? null : series.KeepingOf(entry);
                }

                if (entry is not null)
                {
                    Add(series, entry, keeping, reader.Point, reader.ReceivedMs / 1000, into);
                    stored++;
                }
                else
                {
                    series.Guard.Refuse(project, name, reader.ReceivedMs);
                    if (++tooMany > Samples)
                    {
                        continue;
                    }

                    drops.Add(new Drop(project, reader.ReceivedMs, reader.ReceivedBy, DropReason.TooManySeries, 1, System.Text.Encoding.UTF8.GetString(name)));
                }
            }
        }
        catch (InvalidDataException)
        {
            into.Points.Truncate(before);
            into.Keepings.RemoveRange(keepingsBefore, into.Keepings.Count - keepingsBefore);
            throw;
        }

        if (tooMany > Samples)
        {
            drops.Add(new Drop(project, reader.ReceivedMs, reader.ReceivedBy, DropReason.TooManySeries, tooMany - Samples, null));
        }

        if (damaged > 0)
        {
            drops.Add(new Drop(project, reader.ReceivedMs, reader.ReceivedBy, DropReason.Damaged, damaged, null));
        }

        into.Drops.AddRange(drops);
        into.StoredPoints.Add(new ReceivedCount(project, reader.ReceivedMs, reader.ReceivedBy, stored));
        into.Received.Add(new ReceivedCount(project, reader.ReceivedMs, reader.ReceivedBy, stored + dropped + tooMany + damaged));
    }

    /// <summary>
    /// Into the archive that reaches back that far: a value that comes late, as whisper takes it, is one of a coarser step. Coarser values that were made
    /// before it came are made again when they are read: NaN stands for that.
    /// </summary>
    private static void Add(SeriesIndex series, SeriesEntry entry, SeriesKeeping? keeping, Point point, long now, StoreBatch into)
    {
        if (keeping is null)
        {
            into.Points.Add(entry, point);
            return;
        }

        var level = keeping.LevelFor(now - point.Time);
        var step = keeping.Archives[level].Step;
        into.Points.Add(level == 0 ? entry : series.WantCoarser(entry, step), point with { Time = point.Time - (point.Time % step) });
        foreach (var coarser in entry.Coarser)
        {
            var slot = point.Time - (point.Time % coarser.Step);
            if (coarser.Step > step && slot + (long)coarser.Step <= now)
            {
                into.Points.Add(coarser, new Point(slot, double.NaN));
            }
        }
    }
}
