namespace Sightline.Store;

/// <summary>What an erasure removed.</summary>
/// <param name="Events">Events, settled ones included.</param>
/// <param name="Visits">Visits.</param>
/// <param name="Visitors">Visitor ids those visits were made under.</param>
/// <param name="Samples">Samples of dropped data that mention the erased one.</param>
/// <param name="Texts">Texts (paths, titles, campaigns) that nobody else's events use.</param>
/// <param name="Months">Settled months whose file was written anew.</param>
public sealed record ErasedData(long Events, long Visits, long Visitors, long Samples, long Texts, int Months);
