namespace Sightline.Store.Settings;

/// <summary>A segment cannot be removed while others name it; the message says which.</summary>
public sealed class SegmentInUseException(string message) : Exception(message);
