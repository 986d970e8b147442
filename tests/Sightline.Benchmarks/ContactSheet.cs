using System.Net;
using System.Text;

namespace Sightline.Benchmarks;

/// <summary><c>index.html</c> beside the pictures: a row for each page in each state, a column for each look, so that all are looked through in two minutes.</summary>
internal static class ContactSheet
{
    /// <param name="folder">Where the pictures lie, each named after its page and its look.</param>
    /// <param name="looks">Columns.</param>
    public static string Write(string folder, IReadOnlyList<ScreenLook> looks)
    {
        var pictures = Directory.GetFiles(folder, "*.png").Select(file => Path.GetFileNameWithoutExtension(file)).ToHashSet(StringComparer.Ordinal);
        var pages = pictures.SelectMany(picture => looks.Where(look => picture.EndsWith("-" + look.Name, StringComparison.Ordinal)).Select(look => picture[..^(look.Name.Length + 1)])).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        var html = new StringBuilder();
        html.Append(
            """
            <!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>Every page in every state</title>
            <style>
            body { margin: 0 16px 60px; font: 14px system-ui, sans-serif; background: #8b8f96; color: #fff; }
            nav { columns: 160px; padding: 12px 0; font-size: 12px; } a { color: inherit; }
            h2 { position: sticky; top: 0; margin: 18px 0 6px; padding: 6px 0; background: #8b8f96; font-size: 15px; }
            div { display: flex; flex-wrap: wrap; gap: 10px; align-items: flex-start; }
            figure { margin: 0; } figcaption { font-size: 12px; padding: 2px 0; }
            img { display: block; width: 300px; height: 340px; object-fit: cover; object-position: top; background: #aaa; }
            img.narrow { width: 170px; }
            </style>
            """);
        html.Append("<h1>").Append(pages.Count).Append(" pages and states, ").Append(pictures.Count).Append(" pictures</h1><nav>");
        foreach (var page in pages)
        {
            html.Append("<a href=\"#").Append(Text(page)).Append("\">").Append(Text(page)).Append("</a><br>");
        }

        html.Append("</nav>");
        foreach (var page in pages)
        {
            html.Append("<h2 id=\"").Append(Text(page)).Append("\">").Append(Text(page)).Append("</h2><div>");
            foreach (var look in looks.Where(look => pictures.Contains($"{page}-{look.Name}")))
            {
                var file = Uri.EscapeDataString($"{page}-{look.Name}.png");
                html.Append("<figure><figcaption>").Append(Text(look.Name)).Append("</figcaption><a href=\"").Append(file).Append("\"><img loading=\"lazy\" alt=\"")
                    .Append(Text($"{page}, {look.Name}")).Append(look.Width < 500 ? "\" class=\"narrow" : "").Append("\" src=\"").Append(file).Append("\"></a></figure>");
            }

            html.Append("</div>");
        }

        var path = Path.Combine(folder, "index.html");
        File.WriteAllText(path, html.ToString());
        return path;
    }

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
