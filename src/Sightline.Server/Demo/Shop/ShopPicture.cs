namespace Sightline.Server.Demo.Shop;

/// <summary>Pictures of the shop's goods, drawn here: no file to fetch, no licence to mind.</summary>
internal static class ShopPicture
{
    /// <summary>An inline SVG; colours are attributes, because the shop's pages allow no inline style.</summary>
    public static string Of(DemoProduct product) =>
        $"""<svg class="picture" viewBox="0 0 120 120" role="img" aria-label="{product.Name}"><rect width="120" height="120" rx="12" fill="#f7f1e8"/>{Shape(product)}</svg>""";

    private static string Shape(DemoProduct product)
    {
        var c = product.Colour;
        return product.Shape switch
        {
            "bag" => $"""<path d="M38 30h44l6 66H32z" fill="{c}"/><path d="M38 30l4-10h36l4 10z" fill="{c}" opacity=".7"/><rect x="44" y="50" width="32" height="26" rx="3" fill="#fff"/><ellipse cx="60" cy="63" rx="7" ry="10" fill="{c}"/><path d="M60 54q-4 9 0 18" stroke="#fff" stroke-width="2" fill="none"/>""",
            "cone" => $"""<path d="M28 36h64L72 78H48z" fill="{c}"/><rect x="40" y="80" width="40" height="7" rx="3" fill="{c}"/><path d="M92 42q16 6 2 22" stroke="{c}" stroke-width="6" fill="none"/>""",
            "press" => $"""<rect x="36" y="38" width="42" height="58" rx="5" fill="#cbd5e0"/><rect x="36" y="62" width="42" height="34" rx="5" fill="#6b4423"/><path d="M57 18v34M40 38h34" stroke="{c}" stroke-width="5"/><path d="M78 48q18 4 0 36" stroke="{c}" stroke-width="6" fill="none"/>""",
            "pot" => $"""<path d="M44 62h34l6 34H38z" fill="{c}"/><path d="M42 58h38l-6-28H48z" fill="{c}" opacity=".8"/><path d="M80 36h16v30" stroke="#2d3748" stroke-width="6" fill="none"/><circle cx="61" cy="24" r="5" fill="#2d3748"/>""",
            "flask" => $"""<circle cx="60" cy="80" r="22" fill="#cbd5e0"/><path d="M40 86a22 22 0 0 0 40 0z" fill="#6b4423"/><path d="M46 22h28v26q0 8-14 12-14-4-14-12z" fill="{c}" opacity=".8"/><rect x="57" y="56" width="6" height="12" fill="#cbd5e0"/>""",
            "mill" => $"""<path d="M42 48h36l6 48H36z" fill="{c}"/><rect x="46" y="32" width="28" height="16" fill="#cbd5e0"/><path d="M60 32V20h28" stroke="#2d3748" stroke-width="5" fill="none"/><circle cx="90" cy="20" r="6" fill="#6b4423"/>""",
            "kettle" => $"""<path d="M38 56h46l8 40H30z" fill="{c}"/><path d="M32 74Q14 72 16 40" stroke="{c}" stroke-width="6" fill="none"/><path d="M84 60q22 8 4 30" stroke="#2d3748" stroke-width="6" fill="none"/><path d="M44 56q16-16 34 0z" fill="{c}" opacity=".7"/><circle cx="61" cy="44" r="4" fill="#2d3748"/>""",
            _ => $"""<rect x="24" y="50" width="72" height="34" rx="6" fill="{c}"/><rect x="32" y="42" width="56" height="8" rx="3" fill="#cbd5e0"/><rect x="36" y="62" width="30" height="12" rx="2" fill="#e6fffa"/><circle cx="80" cy="68" r="5" fill="#e6fffa"/>""",
        };
    }
}
