using Sightline.Core.Model;
using Sightline.Server.Import;
using Sightline.Store.Settings;

namespace Sightline.Server.Features.Imports;

/// <summary>Writes down what the command line imports through this server, so that the page shows it, too.</summary>
internal sealed class CommandLineImports(ImportJobStore jobs, ImportDesk desk, TimeProvider time)
{
    private static readonly TimeSpan SaveEvery = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Run> _runs = [];

    /// <summary>A slice of lines was taken.</summary>
    /// <param name="turn">The importer's.</param>
    /// <param name="slice">What it holds.</param>
    /// <param name="position">Bytes read so far of all files.</param>
    /// <param name="size">Bytes they have; 0: not known.</param>
    public void Appended(ImportTurn turn, EventBatchSummary slice, long position, long size)
    {
        lock (_lock)
        {
            var name = Path.GetFileName(slice.Progress?.FileName ?? "");
            if (!_runs.TryGetValue(turn.Id, out var run))
            {
                ForgetOthers(turn);
                run = new Run(jobs.Add(turn.Project, ImportOrigin.CommandLine, name, "command line", size), desk.Counts(turn.Project));
                _runs[turn.Id] = run;
            }

            run.Records += slice.Received;
            run.Position = position;
            run.Name = name.Length > 0 ? name : run.Name;
            if (time.GetElapsedTime(run.SavedAt) >= SaveEvery || run.SavedAt == 0)
            {
                Save(run, run.Records);
            }
        }
    }

    /// <summary>The importer gave its turn back: everything it brought is stored.</summary>
    public void Ended(ImportTurn turn)
    {
        lock (_lock)
        {
            if (_runs.Remove(turn.Id, out var run))
            {
                Save(run, run.Records);
                jobs.End(run.Job.Id, ImportState.Done);
            }
        }
    }

    // Whoever had the turn before and did not give it back is gone.
    private void ForgetOthers(ImportTurn turn)
    {
        foreach (var (id, run) in _runs.Where(run => run.Value.Job.Project == turn.Project).ToList())
        {
            jobs.End(run.Job.Id, ImportState.Interrupted);
            _runs.Remove(id);
        }
    }

    private void Save(Run run, long records)
    {
        run.SavedAt = time.GetTimestamp();
        var counts = desk.Counts(run.Job.Project).Since(run.Before);
        jobs.Progress(run.Job.Id, run.Name, run.Position, records, counts.Stored, CountText.Drops(counts));
    }

    private sealed class Run(ImportJob job, ImportCounts before)
    {
        public ImportJob Job => job;

        public ImportCounts Before => before;

        public string Name { get; set; } = job.Name;

        public long Records { get; set; }

        public long Position { get; set; }

        public long SavedAt { get; set; }
    }
}
