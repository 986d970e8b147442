namespace Sightline.Store.Settings;

/// <summary>A goal to be made. Exactly one of <paramref name="EventName"/> and <paramref name="PathPattern"/> is given.</summary>
public sealed record NewGoal(string Name, string? EventName, string? PathPattern);
