namespace Sightline.Store.Settings;

/// <summary>How a project's metrics are kept, as it was typed.</summary>
/// <param name="Schemas">In the format of carbon's <c>storage-schemas.conf</c>.</param>
/// <param name="Aggregation">In the format of carbon's <c>storage-aggregation.conf</c>.</param>
public sealed record StorageRules(string Schemas, string Aggregation)
{
    /// <summary>Nothing is said.</summary>
    public static StorageRules None { get; } = new("", "");
}
