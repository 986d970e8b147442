namespace Sightline.Server.Demo;

/// <summary>What the shop sells and writes.</summary>
internal static class DemoCatalog
{
    public const string Root = "/demo-shop";
    public const string ShopName = "Copper Kettle";

    public static IReadOnlyList<DemoCategory> Categories { get; } =
    [
        new("beans", "Coffee beans", "Roasted on Mondays, posted on Tuesdays."),
        new("brewers", "Brewers", "Four good ways to a quiet morning."),
        new("grinders", "Grinders and kettles", "What the cup tastes of begins here."),
    ];

    public static IReadOnlyList<DemoProduct> Products { get; } =
    [
        new("yirgacheffe", "beans", "Yirgacheffe, washed", 14.50m, "Jasmine, lemon, black tea. From 1,900 metres in the south of Ethiopia.", "bag", "#b7791f"),
        new("huila", "beans", "Huila, honey process", 13.20m, "Red apple, caramel. From twelve small farms in Colombia.", "bag", "#9b2c2c"),
        new("harbour-espresso", "beans", "Harbour espresso", 12.90m, "Dark chocolate and hazelnut; forgives every machine.", "bag", "#44337a"),
        new("decaf-sidamo", "beans", "Decaf Sidamo", 14.90m, "Washed with water only, and still worth a second cup.", "bag", "#276749"),
        new("dripper-02", "brewers", "Ceramic dripper 02", 24.00m, "Sixty degrees, one hole, no excuses.", "cone", "#2c5282"),
        new("press-one", "brewers", "Press One", 38.00m, "A litre of coffee for a table of friends.", "press", "#4a5568"),
        new("moka-3", "brewers", "Moka pot, 3 cups", 32.00m, "Your grandmother's, but it does not rattle.", "pot", "#718096"),
        new("siphon", "brewers", "Siphon TCA-2", 119.00m, "Theatre first, then coffee.", "flask", "#c05621"),
        new("hand-grinder", "grinders", "Hand grinder H38", 139.00m, "Steel burrs of 38 millimetres, thirty seconds a cup.", "mill", "#2d3748"),
        new("electric-grinder", "grinders", "Electric grinder E64", 389.00m, "Flat burrs, no noise worth mentioning.", "mill", "#742a2a"),
        new("gooseneck-kettle", "grinders", "Gooseneck kettle", 79.00m, "Pours where you look.", "kettle", "#b7791f"),
        new("scale", "grinders", "Scale with timer", 45.00m, "A tenth of a gram and every second.", "scale", "#285e61"),
    ];

    public static IReadOnlyList<DemoPost> Posts { get; } =
    [
        new("eight-grinders", "We took apart eight grinders so you need not",
            "We bought eight hand grinders, ground ten kilograms of coffee with each and opened them. Two had burrs that were not round. One had a bearing made of hope.",
            "What mattered in the end was neither price nor steel but how straight the axle stood. We publish every measurement, with the instruments we used."),
        new("water", "Water is most of your cup",
            "Coffee is 98 per cent water, and most people choose the other two. Hard water holds the acids back, soft water tastes of nothing.",
            "Mix one part of tap water with two of filtered water, taste, and change one thing at a time."),
    ];

    public static string Home => Root + "/";

    public static string Cart => Root + "/cart";

    public static string Checkout => Root + "/checkout";

    public static string Payment => Root + "/checkout/payment";

    public static string ThankYou => Root + "/thank-you";

    public static string Account => Root + "/account";

    public static string Search => Root + "/search";

    public static string Blog => Root + "/blog/";

    public static string TitleOf(string what) => $"{what} · {ShopName}";

    public static string HomeTitle => $"{ShopName}: coffee and what makes it";

    /// <summary>What a search finds: products with the words in name or text.</summary>
    public static IReadOnlyList<DemoProduct> Find(string words) => words.Trim().Length == 0
        ? []
        : [.. Products.Where(product => words.Split(' ', StringSplitOptions.RemoveEmptyEntries).All(word =>
            product.Name.Contains(word, StringComparison.OrdinalIgnoreCase) || product.Text.Contains(word, StringComparison.OrdinalIgnoreCase)
            || product.Category.Contains(word, StringComparison.OrdinalIgnoreCase)))];
}

internal sealed record DemoCategory(string Slug, string Name, string Text)
{
    public string Path => $"{DemoCatalog.Root}/{Slug}/";

    public string Title => DemoCatalog.TitleOf(Name);
}

/// <param name="Slug">In the address.</param>
/// <param name="Category">The slug of its category.</param>
/// <param name="Name">As shown.</param>
/// <param name="Price">In euro.</param>
/// <param name="Text">A sentence.</param>
/// <param name="Shape">Of its picture.</param>
/// <param name="Colour">Of its picture.</param>
internal sealed record DemoProduct(string Slug, string Category, string Name, decimal Price, string Text, string Shape, string Colour)
{
    public string Path => $"{DemoCatalog.Root}/products/{Slug}";

    public string Title => DemoCatalog.TitleOf(Name);
}

internal sealed record DemoPost(string Slug, string Headline, params string[] Paragraphs)
{
    public string Path => $"{DemoCatalog.Blog}{Slug}";

    public string Title => DemoCatalog.TitleOf(Headline);
}
