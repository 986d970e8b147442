namespace Sightline.Server.Write.Enrich;

/// <summary>
/// GA4's default channel group: 18 rules in Google's order, the first that holds wins (support.google.com/analytics/answer/9756891).
/// All texts are lower case. What GA4 calls <c>(not set)</c> is the empty string here.
/// </summary>
internal static class ChannelRules
{
    public const string Direct = "Direct";
    public const string Referral = "Referral";
    public const string Unassigned = "Unassigned";

    /// <summary>Our own addition, given by <see cref="SourceStep"/>, never by these rules.</summary>
    public const string Assistants = "AI Assistants";

    /// <param name="source"><c>(direct)</c>, a campaign's source, or the referrer's host.</param>
    /// <param name="category">The list of sources it is in.</param>
    /// <param name="medium"><c>(none)</c>, <c>organic</c>, <c>referral</c>, or a campaign's medium.</param>
    /// <param name="campaign">The campaign's name.</param>
    public static string Of(string source, SourceCategory category, string medium, string campaign)
    {
        if (source == "(direct)" && (medium is "" or "(not set)" or "(none)"))
        {
            return Direct;
        }

        var paid = IsPaid(medium);
        var shopping = category == SourceCategory.Shopping || IsShoppingCampaign(campaign);
        if (campaign.Contains("cross-network", StringComparison.Ordinal))
        {
            return "Cross-network";
        }

        if (paid)
        {
            if (shopping)
            {
                return "Paid Shopping";
            }

            switch (category)
            {
                case SourceCategory.Search:
                    return "Paid Search";
                case SourceCategory.Social:
                    return "Paid Social";
                case SourceCategory.Video:
                    return "Paid Video";
            }
        }

        if (medium is "display" or "banner" or "expandable" or "interstitial" or "cpm")
        {
            return "Display";
        }

        if (paid)
        {
            return "Paid Other";
        }

        if (shopping)
        {
            return "Organic Shopping";
        }

        if (category == SourceCategory.Social || medium is "social" or "social-network" or "social-media" or "sm" or "social network" or "social media")
        {
            return "Organic Social";
        }

        if (category == SourceCategory.Video || medium.Contains("video", StringComparison.Ordinal))
        {
            return "Organic Video";
        }

        if (category == SourceCategory.Search || medium == "organic")
        {
            return "Organic Search";
        }

        return Unlisted(source, medium);
    }

    private static string Unlisted(string source, string medium) => medium switch
    {
        "referral" or "app" or "link" => Referral,
        _ when IsEmail(source) || IsEmail(medium) => "Email",
        "affiliate" => "Affiliates",
        "audio" => "Audio",
        _ when source == "sms" || medium == "sms" => "SMS",
        _ when medium.EndsWith("push", StringComparison.Ordinal) || medium.Contains("mobile", StringComparison.Ordinal)
            || medium.Contains("notification", StringComparison.Ordinal) || source == "firebase" => "Mobile Push Notifications",
        _ => Unassigned,
    };

    /// <summary>Google's <c>^(.*cp.*|ppc|retargeting|paid.*)$</c>.</summary>
    public static bool IsPaid(string medium) =>
        medium.Contains("cp", StringComparison.Ordinal) || medium is "ppc" or "retargeting" || medium.StartsWith("paid", StringComparison.Ordinal);

    /// <summary>Google's <c>^(.*(([^a-df-z]|^)shop|shopping).*)$</c>: the word "shop", also after an e, but not "workshop".</summary>
    public static bool IsShoppingCampaign(string campaign)
    {
        for (var at = 0; (at = campaign.IndexOf("shop", at, StringComparison.Ordinal)) >= 0; at++)
        {
            if (at == 0 || campaign[at - 1] is not (>= 'a' and <= 'd' or >= 'f' and <= 'z') || campaign.AsSpan(at + 4).StartsWith("ping"))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsEmail(string text) => text is "email" or "e-mail" or "e_mail" or "e mail";
}
