namespace Sightline.Server.Write.Enrich;

/// <summary>What a drop shows its owner: short, clean, and without the visitor's address, even where the sender wrote it into a URL or User-Agent.</summary>
internal static class Samples
{
    private const int Limit = 500;

    public static string? Of(EnrichItem item)
    {
        if (string.IsNullOrEmpty(item.Sample))
        {
            return null;
        }

        var sample = CleanText.Line(item.Sample, Limit);
        sample = Without(sample, item.In.ClientIp);
        return Without(sample, item.Batch.ClientIp);
    }

    /// <summary>A URL without its query and fragment, where secrets travel.</summary>
    public static string Url(string url)
    {
        var end = url.AsSpan().IndexOfAny('?', '#');
        return end < 0 ? url : url[..end];
    }

    private static string Without(string sample, string? address) =>
        string.IsNullOrEmpty(address) ? sample : sample.Replace(address, "(address)", StringComparison.OrdinalIgnoreCase);
}
