using System.Globalization;
using System.Net;
using System.Text;

namespace Sightline.Server.Demo.Shop;

/// <summary>
/// The shop's pages as HTML. The tracker is loaded as any site loads it; what is bought, searched and signed up is told by <c>shop.js</c>,
/// which reads all it needs from attributes, so that no script and no style stands in a page.
/// </summary>
internal sealed class ShopPages(string publicKey)
{
    /// <summary>Every page without a question in its address, by path.</summary>
    public Dictionary<string, string> All()
    {
        var pages = new Dictionary<string, string>
        {
            [DemoCatalog.Home] = Home(),
            [DemoCatalog.Cart] = Cart(),
            [DemoCatalog.Checkout] = Checkout(),
            [DemoCatalog.Payment] = Payment(),
            [DemoCatalog.ThankYou] = ThankYou(),
            [DemoCatalog.Account] = Account(),
            [DemoCatalog.Blog] = Blog(),
        };
        foreach (var category in DemoCatalog.Categories)
        {
            pages[category.Path] = Page(category.Title, $"<h1>{Text(category.Name)}</h1><p class=\"lead\">{Text(category.Text)}</p>"
                + Cards(DemoCatalog.Products.Where(product => product.Category == category.Slug)));
        }

        foreach (var product in DemoCatalog.Products)
        {
            pages[product.Path] = Product(product);
        }

        foreach (var post in DemoCatalog.Posts)
        {
            pages[post.Path] = Page(post.Title, $"<article><h1>{Text(post.Headline)}</h1>{string.Concat(post.Paragraphs.Select(text => $"<p>{Text(text)}</p>"))}"
                + $"<p><a href=\"{DemoCatalog.Categories[2].Path}\">Grinders and kettles in the shop</a></p></article>");
        }

        return pages;
    }

    public string Search(string words)
    {
        var found = DemoCatalog.Find(words);
        return Page(
            DemoCatalog.TitleOf("Search"),
            $"<h1>Search</h1>{SearchForm(words)}<p data-search=\"{Text(words)}\" data-results=\"{found.Count}\">{found.Count} found</p>{Cards(found)}");
    }

    public string NotFound() => Page(DemoCatalog.TitleOf("Not found"), $"<h1>Nothing here</h1><p><a href=\"{DemoCatalog.Home}\">To the shop</a></p>");

    private string Home() => Page(
        DemoCatalog.HomeTitle,
        $"<h1>{DemoCatalog.ShopName}</h1><p class=\"lead\">Coffee, and what makes it. This shop is a demonstration: nothing is sold, and what you do here you see in your analytics.</p>"
        + string.Concat(DemoCatalog.Categories.Select(category => $"<h2><a href=\"{category.Path}\">{Text(category.Name)}</a></h2>"
            + Cards(DemoCatalog.Products.Where(product => product.Category == category.Slug).Take(4))))
        + $"<h2>From the blog</h2><p><a href=\"{DemoCatalog.Posts[0].Path}\">{Text(DemoCatalog.Posts[0].Headline)}</a></p>");

    private string Product(DemoProduct product) => Page(
        product.Title,
        $"""
        <div class="product">{ShopPicture.Of(product)}<div><h1>{Text(product.Name)}</h1><p class="lead">{Text(product.Text)}</p><p class="price">{Price(product.Price)}</p>
        <button type="button" data-add="{product.Slug}" data-name="{Text(product.Name)}" data-category="{product.Category}" data-price="{Number(product.Price)}">Add to cart</button>
        <p id="added" role="status" hidden>In your cart. <a href="{DemoCatalog.Cart}">To the cart</a></p></div></div>
        <h2>Goes well with it</h2>{Cards(DemoCatalog.Products.Where(other => other.Category != product.Category).Take(3))}
        """);

    private string Cart() => Page(
        DemoCatalog.TitleOf("Cart"),
        $"""<h1>Your cart</h1><table id="cart"><tbody></tbody></table><p id="empty">Nothing in it yet. <a href="{DemoCatalog.Home}">Have a look around</a></p><p id="full" hidden><b id="total"></b> <a class="button" id="begin" href="{DemoCatalog.Checkout}">Check out</a></p>""");

    // The fields have no names: whatever is typed stays in the page.
    private string Checkout() => Page(
        DemoCatalog.TitleOf("Your address"),
        $"""<h1>Your address</h1><p>A demonstration: leave it empty or write anything, nothing is sent.</p><form action="{DemoCatalog.Payment}"><label>Name <input autocomplete="off"></label><label>Street <input autocomplete="off"></label><label>City <input autocomplete="off"></label><button>To payment</button></form>""");

    private string Payment() => Page(
        DemoCatalog.TitleOf("Payment"),
        $"""<h1>Payment</h1><form action="{DemoCatalog.ThankYou}" id="pay"><label><input type="radio" value="card" checked> Card</label><label><input type="radio" value="invoice"> Invoice</label><button>Pay nothing</button></form>""");

    private string ThankYou() => Page(
        DemoCatalog.TitleOf("Thank you"),
        $"""<h1>Thank you</h1><p id="order">You have bought nothing, and paid nothing for it.</p><p><a href="{DemoCatalog.Home}">Back to the shop</a></p>""");

    private string Account() => Page(
        DemoCatalog.TitleOf("Your account"),
        """<h1>Your account</h1><form id="signup"><label>Address for mail <input type="text" autocomplete="off"></label><label><input type="checkbox" id="newsletter"> Tell me of new roasts</label><button>Sign up</button></form><p id="welcome" role="status" hidden>Welcome.</p>""");

    private string Blog() => Page(
        DemoCatalog.TitleOf("Blog"),
        "<h1>Blog</h1>" + string.Concat(DemoCatalog.Posts.Select(post => $"<h2><a href=\"{post.Path}\">{Text(post.Headline)}</a></h2><p>{Text(post.Paragraphs[0])}</p>")));

    private static string SearchForm(string words = "") =>
        $"""<form class="search" action="{DemoCatalog.Search}" role="search"><input name="q" value="{Text(words)}" aria-label="Search"><button>Search</button></form>""";

    private static string Cards(IEnumerable<DemoProduct> products) => new StringBuilder("<ul class=\"cards\">")
        .AppendJoin("", products.Select(product => $"<li><a href=\"{product.Path}\">{ShopPicture.Of(product)}<b>{Text(product.Name)}</b> <span>{Price(product.Price)}</span></a></li>"))
        .Append("</ul>").ToString();

    private string Page(string title, string main) =>
        $"""
        <!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
        <title>{Text(title)}</title><link rel="stylesheet" href="{DemoCatalog.Root}/shop.css"><link rel="icon" href="data:,">
        <script defer src="/sl.js" data-project="{publicKey}" data-visitor-id></script><script defer src="{DemoCatalog.Root}/shop.js"></script></head><body>
        <header><a class="brand" href="{DemoCatalog.Home}">{DemoCatalog.ShopName}</a><nav>{string.Concat(DemoCatalog.Categories.Select(category => $"<a href=\"{category.Path}\">{Text(category.Name)}</a>"))}<a href="{DemoCatalog.Blog}">Blog</a><a href="{DemoCatalog.Account}">Account</a><a href="{DemoCatalog.Cart}">Cart <span id="count"></span></a></nav>{SearchForm()}</header>
        <main>{main}</main><footer>A demonstration by Sightline. <a href="/">To the analytics</a></footer></body></html>
        """;

    private static string Text(string text) => WebUtility.HtmlEncode(text);

    private static string Price(decimal price) => "€" + Number(price);

    private static string Number(decimal price) => price.ToString("F2", CultureInfo.InvariantCulture);
}
