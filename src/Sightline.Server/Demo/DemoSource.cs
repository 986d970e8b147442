namespace Sightline.Server.Demo;

/// <summary>Where a visit comes from.</summary>
/// <param name="Weight">Among new visitors.</param>
/// <param name="Referrer">As the browser sends it; <see langword="null"/>: none.</param>
/// <param name="Query">Campaign parameters of the link.</param>
/// <param name="Landing">Where the link leads.</param>
/// <param name="Bounce">How many look at one page only.</param>
internal sealed record DemoSource(double Weight, string? Referrer, string Query, DemoLanding Landing, double Bounce)
{
    public static DemoSource Direct { get; } = new(22, null, "", DemoLanding.Home, 0.34);

    private static readonly DemoSource Google = new(27, "https://www.google.com/", "", DemoLanding.Product, 0.46);
    private static readonly DemoSource Newsletter = new(6, null, "utm_source=newsletter&utm_medium=email&utm_campaign=autumn-roasts", DemoLanding.Beans, 0.24);

    private static readonly DemoSource[] All =
    [
        Direct, Google, Newsletter,
        new(4, "https://www.google.com/", "", DemoLanding.Blog, 0.62),
        new(3, "https://www.bing.com/", "", DemoLanding.Product, 0.45),
        new(3, "https://duckduckgo.com/", "", DemoLanding.Product, 0.42),
        new(1, "https://www.ecosia.org/", "", DemoLanding.Home, 0.4),
        new(7, "https://www.google.com/", "utm_source=google&utm_medium=cpc&utm_campaign=winter-gifts&utm_term=hand+grinder", DemoLanding.Grinders, 0.41),
        new(4, "https://l.instagram.com/", "", DemoLanding.Beans, 0.55),
        new(4, "https://m.facebook.com/", "utm_source=facebook&utm_medium=paid_social&utm_campaign=winter-gifts&utm_content=siphon", DemoLanding.Product, 0.58),
        new(2, "https://www.reddit.com/", "", DemoLanding.Blog, 0.6),
        new(2, "https://www.youtube.com/", "", DemoLanding.Product, 0.5),
        new(4, "https://chatgpt.com/", "", DemoLanding.Product, 0.36),
        new(1.5, "https://www.perplexity.ai/", "", DemoLanding.Blog, 0.4),
        new(1, "https://claude.ai/", "", DemoLanding.Blog, 0.38),
        new(3, "https://grindreviews.example/best-hand-grinders", "", DemoLanding.Grinders, 0.33),
        new(2, "https://slowmornings.example/gifts", "utm_source=slowmornings&utm_medium=affiliate", DemoLanding.Home, 0.44),
    ];

    private static readonly DemoSource[] Viral =
    [
        new(55, "https://news.ycombinator.com/", "", DemoLanding.ViralPost, 0.74),
        new(18, "https://www.reddit.com/", "", DemoLanding.ViralPost, 0.72),
        new(14, "https://t.co/Zk3vQ9wYbL", "", DemoLanding.ViralPost, 0.76),
        new(8, "https://lobste.rs/", "", DemoLanding.ViralPost, 0.7),
        new(5, null, "", DemoLanding.ViralPost, 0.7),
    ];

    /// <summary>Of somebody who comes for the first time. The newsletter goes out on Tuesdays.</summary>
    public static DemoSource OfNew(Random random, DateOnly day) => All[random.Pick(All.Length, i =>
        All[i] == Newsletter ? NewsletterWeight(day) : All[i].Weight)];

    /// <summary>Of somebody who knows the shop.</summary>
    public static DemoSource OfReturning(Random random, DateOnly day) => random.Pick(3, i => i switch { 0 => 60, 1 => 25, _ => 3 * NewsletterWeight(day) }) switch
    {
        0 => Direct,
        1 => Google,
        _ => Newsletter,
    };

    public static DemoSource OfViral(Random random) => Viral[random.Pick(Viral.Length, i => Viral[i].Weight)];

    private static double NewsletterWeight(DateOnly day) => day.DayOfWeek switch { DayOfWeek.Tuesday => 18, DayOfWeek.Wednesday => 8, _ => 2 };
}

/// <summary>Kinds of pages that links from outside lead to.</summary>
internal enum DemoLanding
{
    Home,
    Product,
    Beans,
    Grinders,
    Blog,
    ViralPost,
}
