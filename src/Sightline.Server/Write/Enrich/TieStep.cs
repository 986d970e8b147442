using Sightline.Core.Model;
using Sightline.Store.Settings;

namespace Sightline.Server.Write.Enrich;

/// <summary>
/// Hashes what the sender sent: the order of a visitor's events within a millisecond then depends on what they are, not on when they
/// arrived. And hashes the idempotency key, where there is one.
/// </summary>
internal sealed class TieStep(VisitorSalts salts) : IEnrichStep
{
    // Open on purpose: ties decide nothing worth forging, and must be the same in every installation's tests and imports.
    private static readonly byte[] Key = "sightline tie v1"u8.ToArray();

    private readonly byte[] _secret = salts.InstallSecret;
    private readonly HashInput _input = new();

    public string Name => "tie";

    public DropReason? Apply(EnrichItem item)
    {
        var incoming = item.In;
        var hash = _input.Begin()
            .Add((long)incoming.Kind)
            .Add(incoming.Name)
            .Add(incoming.Url)
            .Add(incoming.Referrer)
            .Add(incoming.Title)
            .Add(incoming.Props)
            .Add(incoming.RevenueE4 ?? long.MinValue)
            .Add(incoming.Currency)
            .Add(incoming.EngagedMs)
            .Add(incoming.Scroll)
            .Add(incoming.DedupKey)
            .Add((long)incoming.Flags)
            .Hash(Key);
        item.Tie = (uint)(hash ^ (hash >> 32));
        item.DedupKey = string.IsNullOrEmpty(incoming.DedupKey) ? 0 : _input.Begin().Add(item.Project.Id).Add("d").Add(incoming.DedupKey).Hash(_secret);
        return null;
    }
}
