using System.Text.Json;
using Sightline.Core.Model;

namespace Sightline.Server.Demo;

/// <summary>One visit of the shop, page by page, as the tracker would report it.</summary>
internal sealed class DemoVisit
{
    private const int MostPages = 14;

    private readonly Random _random;
    private readonly DemoVisitor _visitor;
    private readonly string _origin;
    private readonly bool _cannotPay;
    private readonly bool _returning;
    private readonly List<DemoProduct> _cart = [];
    private DemoProduct? _product;
    private string _path = "";
    private string _title = "";
    private string? _referrer;
    private long _now;
    private long _arrived;
    private int _pages;

    private DemoVisit(Random random, DemoVisitor visitor, DemoSource source, string origin, long startMs, bool returning, bool cannotPay)
    {
        _random = random;
        _visitor = visitor;
        _origin = origin;
        _now = startMs;
        _referrer = source.Referrer;
        _returning = returning;
        _cannotPay = cannotPay;
    }

    private enum Page
    {
        Home,
        Category,
        Product,
        Blog,
        Search,
        Cart,
        Checkout,
        Payment,
        ThankYou,
        Account,
        Gone,
    }

    public List<IncomingEvent> Events { get; } = [];

    /// <param name="random">The visit's chance.</param>
    /// <param name="visitor">Who comes.</param>
    /// <param name="source">From where.</param>
    /// <param name="origin">Scheme, host and port of the shop.</param>
    /// <param name="startMs">When.</param>
    /// <param name="returning">The visitor has been here before, and buys more readily.</param>
    /// <param name="badRelease">The release of this moment takes no payment in Chrome.</param>
    public static List<IncomingEvent> Of(Random random, DemoVisitor visitor, DemoSource source, string origin, long startMs, bool returning, bool badRelease)
    {
        var visit = new DemoVisit(random, visitor, source, origin, startMs, returning, badRelease && visitor.IsChrome);
        visit.Walk(source);
        return visit.Events;
    }

    private void Walk(DemoSource source)
    {
        var page = Land(source);
        if (_random.Happens(source.Bounce * (_returning ? 0.7 : 1)))
        {
            page = Page.Gone;
        }

        while (page != Page.Gone && _pages < MostPages)
        {
            page = page switch
            {
                Page.Home => FromHome(),
                Page.Category => FromCategory(),
                Page.Product => FromProduct(),
                Page.Blog => FromBlog(),
                Page.Search => _random.Happens(0.7) ? ViewProduct() : Page.Gone,
                Page.Cart => FromCart(),
                Page.Checkout => _random.Happens(0.8) ? View(Page.Payment, DemoCatalog.Payment, DemoCatalog.TitleOf("Payment"), 35) : Page.Gone,
                Page.Payment => FromPayment(),
                _ => _random.Happens(0.12) ? View(Page.Home, DemoCatalog.Home, DemoCatalog.HomeTitle, 12) : Page.Gone,
            };
        }

        Leave();
    }

    private Page Land(DemoSource source)
    {
        var page = source.Landing switch
        {
            DemoLanding.Product => ViewProduct(source.Query),
            DemoLanding.Beans => ViewCategory(DemoCatalog.Categories[0], source.Query),
            DemoLanding.Grinders => ViewCategory(DemoCatalog.Categories[2], source.Query),
            DemoLanding.Blog => ViewPost(_random.Of(DemoCatalog.Posts), source.Query),
            DemoLanding.ViralPost => ViewPost(DemoCatalog.Posts[0], source.Query),
            _ => View(Page.Home, DemoCatalog.Home, DemoCatalog.HomeTitle, 18, source.Query),
        };
        return page;
    }

    private Page FromHome() => _random.Pick(6, i => i switch { 0 => 42, 1 => 22, 2 => 10, 3 => 8, 4 => 6, _ => 14 }) switch
    {
        0 => ViewCategory(_random.Of(DemoCatalog.Categories)),
        1 => ViewProduct(),
        2 => ViewSearch(),
        3 => ViewPost(_random.Of(DemoCatalog.Posts)),
        4 => SignUp(),
        _ => Page.Gone,
    };

    private Page FromCategory() => _random.Pick(4, i => i switch { 0 => 72, 1 => 8, 2 => 5, _ => 15 }) switch
    {
        0 => ViewProduct(),
        1 => ViewCategory(_random.Of(DemoCatalog.Categories)),
        2 => ViewSearch(),
        _ => Page.Gone,
    };

    private Page FromProduct()
    {
        if (_random.Happens(_returning ? 0.21 : 0.12))
        {
            _cart.Add(_product!);
            Act("add_to_cart", 4, ("product", _product!.Slug), ("category", _product.Category), ("price", _product.Price));
            if (_random.Happens(0.68))
            {
                return View(Page.Cart, DemoCatalog.Cart, DemoCatalog.TitleOf("Cart"), 18);
            }
        }

        return _random.Pick(4, i => i switch { 0 => 36, 1 => 22, 2 => 6, _ => 30 }) switch
        {
            0 => ViewProduct(),
            1 => ViewCategory(_random.Of(DemoCatalog.Categories)),
            2 => ViewPost(_random.Of(DemoCatalog.Posts)),
            _ => Page.Gone,
        };
    }

    private Page FromBlog()
    {
        if (_random.Happens(0.07))
        {
            Act("outlink", 20, ("url", "https://coffeewiki.example/burrs"));
        }

        return _random.Pick(4, i => i switch { 0 => 22, 1 => 16, 2 => 18, _ => 44 }) switch
        {
            0 => ViewPost(_random.Of(DemoCatalog.Posts)),
            1 => ViewCategory(DemoCatalog.Categories[2]),
            2 => ViewProduct(),
            _ => Page.Gone,
        };
    }

    private Page FromCart()
    {
        if (_random.Happens(0.64))
        {
            Act("begin_checkout", 5, ("items", _cart.Count), ("total", _cart.Sum(static product => product.Price)));
            return View(Page.Checkout, DemoCatalog.Checkout, DemoCatalog.TitleOf("Your address"), 50);
        }

        return _random.Happens(0.5) ? ViewCategory(_random.Of(DemoCatalog.Categories)) : Page.Gone;
    }

    private Page FromPayment()
    {
        if (_cannotPay)
        {
            for (var tries = 1 + _random.Next(3); tries > 0; tries--)
            {
                Act("error", 6, EventKind.Passive, null, ("message", "TypeError: Cannot read properties of undefined (reading 'tokenize')"), ("release", "2.8.0"));
            }

            return Page.Gone;
        }

        if (!_random.Happens(0.86))
        {
            return Page.Gone;
        }

        var page = View(Page.ThankYou, DemoCatalog.ThankYou, DemoCatalog.TitleOf("Thank you"), 15);
        var total = _cart.Sum(static product => product.Price);
        Act("purchase", 0, EventKind.Interaction, (long)(total * 10_000), ("items", _cart.Count), ("payment", _random.Of(["card", "card", "paypal", "invoice"])));
        _cart.Clear();
        return page;
    }

    private Page SignUp()
    {
        View(Page.Account, DemoCatalog.Account, DemoCatalog.TitleOf("Your account"), 30);
        if (_random.Happens(0.6))
        {
            Act("signup", 15, ("newsletter", _random.Happens(0.5)));
        }

        return Page.Account;
    }

    private Page ViewSearch()
    {
        var words = _random.Of(["grinder", "beans", "kettle", "espresso", "gift", "filter", "decaf", "moka"]);
        View(Page.Search, DemoCatalog.Search, DemoCatalog.TitleOf("Search"), 10, "q=" + words);
        Act("search", 0, ("words", words), ("results", DemoCatalog.Find(words).Count));
        return Page.Search;
    }

    private Page ViewProduct(string query = "")
    {
        // Some sell better than others.
        _product = DemoCatalog.Products[(int)(DemoCatalog.Products.Count * Math.Pow(_random.NextDouble(), 1.6) * 0.999) * 5 % DemoCatalog.Products.Count];
        return View(Page.Product, _product.Path, _product.Title, 28, query);
    }

    private Page ViewCategory(DemoCategory category, string query = "") => View(Page.Category, category.Path, category.Title, 20, query);

    private Page ViewPost(DemoPost post, string query = "") => View(Page.Blog, post.Path, post.Title, 95, query);

    private Page View(Page page, string path, string title, double typicalSeconds, string query = "")
    {
        Leave();
        _pages++;
        _path = query.Length == 0 ? path : $"{path}?{query}";
        _title = title;
        _arrived = _now;
        Add(EventKind.PageView, "pageview");
        _now += (long)(1000 * Math.Clamp(_random.Around(typicalSeconds), 2, 1200));
        return page;
    }

    private void Leave()
    {
        if (_pages == 0)
        {
            return;
        }

        var stayed = _now - _arrived;
        var left = Add(EventKind.Engagement, "engagement");
        left.EngagedMs = (uint)Math.Min(stayed * (0.55 + (0.4 * _random.NextDouble())), 600_000);
        left.Scroll = (byte)Math.Clamp((int)(25 + (75 * Math.Sqrt(Math.Min(1, stayed / 60_000.0)) * (0.5 + _random.NextDouble()))), 15, 100);
        _referrer = _origin + _path;
        _now += 150;
    }

    private void Act(string name, double typicalSeconds, params ReadOnlySpan<(string Name, object Value)> props) =>
        Act(name, typicalSeconds, EventKind.Interaction, null, props);

    private void Act(string name, double typicalSeconds, EventKind kind, long? revenueE4, params ReadOnlySpan<(string Name, object Value)> props)
    {
        _now += typicalSeconds == 0 ? 80 : (long)(1000 * _random.Around(typicalSeconds));
        var fields = new Dictionary<string, object>();
        foreach (var (field, value) in props)
        {
            fields[field] = value;
        }

        var done = Add(kind, name);
        done.Props = JsonSerializer.SerializeToUtf8Bytes(fields);
        done.RevenueE4 = revenueE4;
        done.Currency = revenueE4 is null ? null : "EUR";
    }

    private IncomingEvent Add(EventKind kind, string name)
    {
        var added = new IncomingEvent
        {
            Kind = kind,
            Name = name,
            TimeMs = _now,
            Url = _origin + _path,
            Referrer = _referrer,
            Title = _title,
            VisitorId = _visitor.Id,
            ClientIp = _visitor.Address,
            UserAgent = _visitor.UserAgent,
            Language = _visitor.Language,
            Screen = _visitor.Screen,
        };
        Events.Add(added);
        return added;
    }
}
