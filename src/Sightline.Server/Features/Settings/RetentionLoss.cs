namespace Sightline.Server.Features.Settings;

/// <summary>What a shorter retention would take away, told before it is confirmed.</summary>
/// <param name="Days">The retention wanted.</param>
/// <param name="Before">The first day kept.</param>
/// <param name="Events">Events removed.</param>
/// <param name="Visits">Visits removed.</param>
/// <param name="Bytes">Room freed, roughly.</param>
public sealed record RetentionLoss(int Days, DateOnly Before, long Events, long Visits, long Bytes);
