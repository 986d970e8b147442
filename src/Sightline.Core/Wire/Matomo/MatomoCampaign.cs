using System.Text;
using Sightline.Core.Model;
using Sightline.Core.Wire.Common;

namespace Sightline.Core.Wire.Matomo;

/// <summary>Matomo's own campaign parameters of a landing page, in the query or the fragment; <c>utm_</c> ones are everybody's and read later.</summary>
internal static class MatomoCampaign
{
    private static readonly string[] Prefixes = ["mtm_", "matomo_", "pk_", "piwik_"];

    public static Campaign? Read(string? url)
    {
        if (url is null || !HasAny(url))
        {
            return null;
        }

        var fields = new FormFields();
        var hash = url.IndexOf('#', StringComparison.Ordinal);
        var page = hash < 0 ? url : url[..hash];
        var question = page.IndexOf('?', StringComparison.Ordinal);
        if (question >= 0)
        {
            FormReader.Read(Encoding.UTF8.GetBytes(page[(question + 1)..]), fields);
        }

        if (hash >= 0)
        {
            var fragment = new FormFields();
            FormReader.Read(Encoding.UTF8.GetBytes(url[(hash + 1)..].TrimStart('?', '/', '!')), fragment);
            fields.AddMissing(fragment);
        }

        var campaign = new Campaign(
            First(fields, "source"), First(fields, "medium"), First(fields, "campaign", "cpn"), First(fields, "kwd", "keyword"), First(fields, "content"));
        return campaign == new Campaign(null, null, null, null, null) ? null : campaign;
    }

    private static bool HasAny(string url) => Array.Exists(Prefixes, prefix => url.Contains(prefix, StringComparison.Ordinal));

    private static string? First(FormFields fields, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            foreach (var prefix in Prefixes)
            {
                if (fields.Trimmed(prefix + name) is { } value)
                {
                    return Text.Cut(value, EventLimits.Name);
                }
            }
        }

        return null;
    }
}
