namespace Sightline.Core.Model;

/// <summary>
/// Something the owner wants visitors to do. Exactly one of <paramref name="EventName"/> and <paramref name="PathPattern"/> is given.
/// </summary>
/// <param name="Id">Unique within the project; Matomo's <c>idgoal</c>.</param>
/// <param name="Name">Shown in reports.</param>
/// <param name="EventName">Name of the custom event that reaches it.</param>
/// <param name="PathPattern">Path of the page view that reaches it; <c>*</c> matches anything.</param>
public sealed record Goal(uint Id, string Name, string? EventName, string? PathPattern);
