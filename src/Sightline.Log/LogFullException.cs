namespace Sightline.Log;

/// <summary>
/// The store is too far behind: what lies unread has reached <see cref="LogOptions.MaxUnreadBytes"/>. Passes once the store catches up.
/// </summary>
public sealed class LogFullException(string message, Exception? inner = null) : LogException(message, inner);
