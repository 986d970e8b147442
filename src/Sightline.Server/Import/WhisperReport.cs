namespace Sightline.Server.Import;

/// <summary>How far an import of whisper files is.</summary>
/// <param name="Read">Files looked at.</param>
/// <param name="Files">Files there are.</param>
/// <param name="Points">Points read.</param>
internal readonly record struct WhisperTick(int Read, int Files, long Points);

/// <summary>What an import of whisper files did.</summary>
internal sealed class WhisperReport
{
    /// <summary>Skipped files that are told by name; all are counted.</summary>
    private const int MostNamed = 100;

    private readonly List<(string Path, string Reason)> _skipped = [];

    public required int Files { get; init; }

    public required bool IsDryRun { get; init; }

    public int Read { get; set; }

    public int Imported { get; set; }

    /// <summary>Files whose content is stored already.</summary>
    public int Unchanged { get; set; }

    public int Skipped { get; private set; }

    /// <summary>The first of those that were skipped, and why.</summary>
    public IReadOnlyList<(string Path, string Reason)> FirstSkipped => _skipped;

    /// <summary>Points read of the imported files.</summary>
    public long Points { get; set; }

    public long Stored { get; set; }

    public long Dropped { get; set; }

    public TimeSpan Took { get; set; }

    /// <summary>Every file is accounted for, and every point read is stored or dropped with a reason.</summary>
    public bool AddsUp => Imported + Unchanged + Skipped == Files && (IsDryRun || Stored + Dropped == Points);

    public bool Succeeded => AddsUp && Skipped == 0 && Dropped == 0;

    public void Skip(string path, string reason)
    {
        Skipped++;
        if (_skipped.Count < MostNamed)
        {
            _skipped.Add((path, reason));
        }
    }
}
