namespace Sightline.Server;

/// <summary>Another process serves the data directory.</summary>
internal sealed class DataDirectoryInUseException(string path) : Exception($"another sightline process is using {path}");
