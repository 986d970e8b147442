namespace Sightline.Server.Backup;

/// <summary>How far a backup or restore is.</summary>
/// <param name="Step">What is being done: copying, checking.</param>
/// <param name="Done">Bytes.</param>
/// <param name="Total">Bytes, by estimate.</param>
internal readonly record struct BackupTick(string Step, long Done, long Total);
