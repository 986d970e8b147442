namespace Sightline.Store.Settings;

/// <summary>How a project's metrics are kept, as it was typed.</summary>
/// <param name="Schemas">In the format of carbon's <c>storage-schemas.conf</c>.</param>
/// <param name="Aggregation">In the format of carbon's <c>storage-aggregation.conf</c>.</param>
/// <param name="Rewrites">In the format of carbon's <c>rewrite-rules.conf</c>.</param>
/// <param name="Aggregates">In the format of carbon's <c>aggregation-rules.conf</c>.</param>
public sealed record StorageRules(string Schemas, string Aggregation, string Rewrites = "", string Aggregates = "")
{
    /// <summary>Nothing is said.</summary>
    public static StorageRules None { get; } = new("", "");
}
