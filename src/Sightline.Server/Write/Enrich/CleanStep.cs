using Sightline.Core.Model;

namespace Sightline.Server.Write.Enrich;

/// <summary>Reads URL and time, and rids all text of what cannot be stored or shown.</summary>
internal sealed class CleanStep : IEnrichStep
{
    /// <summary>1990-01-01: older than the Web, so a clock that was never set.</summary>
    public const long EarliestMs = 631_152_000_000;

    /// <summary>How far a sender's clock may be ahead.</summary>
    public const long MaxAheadMs = 86_400_000;

    private readonly BoundedCache<string, PageUrl?> _pages = new(16_384);
    private readonly BoundedCache<string, string> _languages = new(1024);
    private readonly CleanProps _props = new();

    public string Name => "clean";

    public DropReason? Apply(EnrichItem item)
    {
        var incoming = item.In;
        var received = item.Batch.ReceivedMs;
        var time = incoming.TimeMs ?? received;
        if (time < EarliestMs || time - MaxAheadMs > received)
        {
            item.Sample = time is > -62_135_596_800_000 and < 253_402_300_800_000
                ? DateTime.UnixEpoch.AddMilliseconds(time).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture)
                : time.ToString(System.Globalization.CultureInfo.InvariantCulture);
            return DropReason.BadTime;
        }

        // A clock a little fast must not make events of the future, which no report of today would show.
        item.TimeMs = Math.Min(time, received);
        item.Name = CleanText.Line(incoming.Name, EventLimits.Name);
        if (item.Name.Length == 0)
        {
            item.Sample = incoming.Url is null ? null : Samples.Url(incoming.Url);
            return DropReason.MissingField;
        }

        if (!ReadPage(item, out var reason))
        {
            return reason;
        }

        item.Title = CleanText.Line(incoming.Title, EventLimits.Title);
        item.UserAgent = CleanText.Line(incoming.UserAgent ?? item.Batch.UserAgent, EventLimits.UserAgent);
        item.Language = ReadLanguage(incoming.Language ?? item.Batch.Language);
        item.Screen = ReadScreen(incoming.Screen);
        if (!_props.TryClean(incoming.Props, out var props))
        {
            item.Sample = $"properties of {item.Name}";
            return DropReason.Malformed;
        }

        item.Props = props;
        return null;
    }

    private bool ReadPage(EnrichItem item, out DropReason reason)
    {
        reason = default;
        var url = item.In.Url;
        if (string.IsNullOrWhiteSpace(url))
        {
            // A server may report an event that happened on no page.
            reason = DropReason.MissingField;
            item.Sample = item.Name;
            return item.In.Kind != EventKind.PageView;
        }

        url = item.View.WithoutExcludedParams(url);
        if (!_pages.TryGet(url, out var page))
        {
            page = PageUrl.Parse(url);
            _pages.Add(url, page);
        }

        if (page is null)
        {
            reason = DropReason.BadUrl;
            item.Sample = Samples.Url(url);
            return false;
        }

        item.Page = page;
        return true;
    }

    // "de-DE,de;q=0.9" -> "de-DE"; "zh_hans_cn" -> "zh-Hans-CN"
    private string ReadLanguage(string? accept)
    {
        if (string.IsNullOrEmpty(accept))
        {
            return "";
        }

        if (_languages.TryGet(accept, out var known))
        {
            return known;
        }

        var end = accept.AsSpan().IndexOfAny(',', ';');
        var first = (end < 0 ? accept : accept[..end]).Trim();
        var parts = first.Split('-', '_');
        var valid = parts.Length <= 4 && parts[0].Length is 2 or 3 && Array.TrueForAll(parts, part => part.Length is > 0 and <= 8 && part.All(char.IsAsciiLetterOrDigit))
            && parts[0].All(char.IsAsciiLetter);
        var language = valid
            ? string.Join('-', parts.Select((part, i) => (i, part.Length) switch
            {
                (0, _) => part.ToLowerInvariant(),
                (_, 2) => part.ToUpperInvariant(),
                (_, 4) => char.ToUpperInvariant(part[0]) + part[1..].ToLowerInvariant(),
                _ => part.ToLowerInvariant(),
            }))
            : "";
        _languages.Add(accept, language);
        return language;
    }

    private static string ReadScreen(string? screen)
    {
        if (screen is null || screen.Length > 11)
        {
            return "";
        }

        var x = screen.IndexOfAny(['x', 'X']);
        return x > 0 && ushort.TryParse(screen.AsSpan(0, x), System.Globalization.NumberStyles.None, null, out var width)
            && ushort.TryParse(screen.AsSpan(x + 1), System.Globalization.NumberStyles.None, null, out var height) && width > 0 && height > 0
            ? screen[x] == 'x' && screen[0] != '0' && screen[x + 1] != '0' ? screen : $"{width}x{height}"
            : "";
    }
}
