using Sightline.Core.Model;

namespace Sightline.Server.Write.Enrich;

/// <summary>What becomes of the ids that senders give: 64 bits under a secret of the installation. The one place that knows, for storing and for finding again.</summary>
internal static class VisitorIds
{
    /// <summary>As an id is taken: without control characters, and cut where ids end.</summary>
    public static string Clean(string? id) => CleanText.Line(id, EventLimits.Id);

    /// <summary>Of a user id.</summary>
    public static ulong Person(HashInput input, byte[] secret, uint project, string userId) => input.Begin().Add(project).Add("u").Add(userId).Hash(secret);

    /// <summary>Of a first-party visitor id.</summary>
    public static ulong Visitor(HashInput input, byte[] secret, uint project, string visitorId) => input.Begin().Add(project).Add("v").Add(visitorId).Hash(secret);
}
