namespace Sightline.Server.Import;

/// <summary>An import, or one of its files, cannot go on; the message is for the person who started it.</summary>
internal sealed class ImportException(string message, Exception? inner = null) : Exception(message, inner);
