namespace Sightline.Server.Import;

/// <summary>The right to import into a project, held by one importer at a time.</summary>
internal sealed class ImportTurn(uint project, long touched)
{
    public uint Project { get; } = project;

    public string Id { get; } = Guid.NewGuid().ToString("N");

    /// <summary>Timestamp of the last sign of life.</summary>
    public long Touched { get; set; } = touched;

    /// <summary>Appends on their way to the log; while there are any the turn is not given to others.</summary>
    public int Appending { get; set; }
}
