using System.Text.RegularExpressions;
using Sightline.Server.Write.Enrich;

namespace Sightline.Tests.Enrich;

/// <summary>GA4's 18 rules, each with what it takes, what it leaves, and which rule comes first.</summary>
public sealed class ChannelRulesTests
{
    [Theory]
    // 1 Direct
    [InlineData("(direct)", "other", "(none)", "", "Direct")]
    [InlineData("(direct)", "other", "", "", "Direct")]
    [InlineData("(direct)", "other", "(not set)", "", "Direct")]
    [InlineData("(direct)", "other", "(none)", "cross-network", "Direct")]
    [InlineData("(direct)", "other", "cpc", "", "Paid Other")]
    // 2 Cross-network
    [InlineData("google", "search", "cpc", "x-cross-network-1", "Cross-network")]
    // 3 Paid Shopping
    [InlineData("amazon.com", "shopping", "cpc", "", "Paid Shopping")]
    [InlineData("google", "search", "ppc", "spring shopping", "Paid Shopping")]
    [InlineData("google", "search", "cpc", "eshop", "Paid Shopping")]
    [InlineData("google", "search", "cpc", "workshop", "Paid Search")]
    // 4 Paid Search
    [InlineData("bing", "search", "paid-search", "", "Paid Search")]
    [InlineData("bing", "search", "retargeting", "", "Paid Search")]
    [InlineData("google", "search", "cpm", "", "Paid Search")]
    // 5 Paid Social
    [InlineData("facebook.com", "social", "cpc", "", "Paid Social")]
    [InlineData("facebook.com", "social", "paidsocial", "", "Paid Social")]
    // 6 Paid Video
    [InlineData("youtube.com", "video", "cpv-cpc", "", "Paid Video")]
    [InlineData("youtube.com", "video", "paid", "", "Paid Video")]
    // 7 Display, before Paid Other
    [InlineData("adnet", "other", "cpm", "", "Display")]
    [InlineData("adnet", "other", "banner", "", "Display")]
    [InlineData("google", "search", "display", "", "Display")]
    [InlineData("adnet", "other", "expandable", "", "Display")]
    [InlineData("adnet", "other", "interstitial", "", "Display")]
    // 8 Paid Other
    [InlineData("adnet", "other", "cpc", "", "Paid Other")]
    [InlineData("adnet", "other", "ppc", "", "Paid Other")]
    [InlineData("adnet", "other", "ppcx", "", "Unassigned")]
    [InlineData("adnet", "other", "retargeting", "", "Paid Other")]
    // 9 Organic Shopping
    [InlineData("etsy.com", "shopping", "referral", "", "Organic Shopping")]
    [InlineData("news", "other", "email", "summer-shop", "Organic Shopping")]
    // 10 Organic Social
    [InlineData("reddit.com", "social", "referral", "", "Organic Social")]
    [InlineData("x", "other", "social", "", "Organic Social")]
    [InlineData("x", "other", "social-network", "", "Organic Social")]
    [InlineData("x", "other", "social-media", "", "Organic Social")]
    [InlineData("x", "other", "sm", "", "Organic Social")]
    [InlineData("x", "other", "social network", "", "Organic Social")]
    [InlineData("x", "other", "social media", "", "Organic Social")]
    // 11 Organic Video
    [InlineData("vimeo.com", "video", "referral", "", "Organic Video")]
    [InlineData("x", "other", "my-video-spot", "", "Organic Video")]
    // 12 Organic Search
    [InlineData("duckduckgo.com", "search", "referral", "", "Organic Search")]
    [InlineData("x", "other", "organic", "", "Organic Search")]
    // 13 Referral
    [InlineData("blog.example", "other", "referral", "", "Referral")]
    [InlineData("blog.example", "other", "app", "", "Referral")]
    [InlineData("blog.example", "other", "link", "", "Referral")]
    [InlineData("email", "other", "referral", "", "Referral")]
    // 14 Email
    [InlineData("email", "other", "", "", "Email")]
    [InlineData("x", "other", "e-mail", "", "Email")]
    [InlineData("x", "other", "e_mail", "", "Email")]
    [InlineData("e mail", "other", "affiliate", "", "Email")]
    // 15 Affiliates
    [InlineData("x", "other", "affiliate", "", "Affiliates")]
    // 16 Audio
    [InlineData("x", "other", "audio", "", "Audio")]
    // 17 SMS
    [InlineData("sms", "other", "", "", "SMS")]
    [InlineData("x", "other", "sms", "", "SMS")]
    // 18 Mobile Push
    [InlineData("x", "other", "webpush", "", "Mobile Push Notifications")]
    [InlineData("x", "other", "mobile-x", "", "Mobile Push Notifications")]
    [InlineData("x", "other", "notification", "", "Mobile Push Notifications")]
    [InlineData("firebase", "other", "", "", "Mobile Push Notifications")]
    [InlineData("x", "other", "pushed", "", "Unassigned")]
    // else
    [InlineData("newsletter", "other", "", "", "Unassigned")]
    [InlineData("", "other", "", "", "Unassigned")]
    [InlineData("chatgpt.com", "assistant", "referral", "", "Referral")]
    public void Each_rule_takes_what_google_says(string source, string category, string medium, string campaign, string channel) =>
        Assert.Equal(channel, ChannelRules.Of(source, Enum.Parse<SourceCategory>(category, ignoreCase: true), medium, campaign));

    [Fact]
    public void Hand_written_tests_agree_with_google_s_expressions()
    {
        var paid = new Regex("^(.*cp.*|ppc|retargeting|paid.*)$");
        var shopping = new Regex("^(.*(([^a-df-z]|^)shop|shopping).*)$");
        string[] parts = ["c", "p", "cp", "ppc", "paid", "re", "targeting", "retargeting", "shop", "shopping", "ping", "e", "a", "-", " ", "1", "sho", "pshop", "é"];
        var random = new Random(4);
        for (var i = 0; i < 50_000; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(5)).Select(_ => parts[random.Next(parts.Length)]));
            Assert.True(paid.IsMatch(text) == ChannelRules.IsPaid(text), text);
            Assert.True(shopping.IsMatch(text) == ChannelRules.IsShoppingCampaign(text), text);
        }
    }
}
