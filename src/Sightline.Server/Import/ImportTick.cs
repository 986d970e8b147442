namespace Sightline.Server.Import;

/// <summary>How far an import is, for whoever waits for it.</summary>
/// <param name="File">The file being read, counted from 0.</param>
/// <param name="Position">Bytes of it read, as it lies on the disk.</param>
/// <param name="Size">Bytes it has; 0: not known.</param>
/// <param name="Records">Lines of requests read so far, of all files.</param>
internal readonly record struct ImportTick(int File, long Position, long Size, long Records);
