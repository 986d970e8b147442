namespace Sightline.Log;

/// <summary>Why the log did not take or give a record.</summary>
public abstract class LogException(string message, Exception? inner) : Exception(message, inner);
