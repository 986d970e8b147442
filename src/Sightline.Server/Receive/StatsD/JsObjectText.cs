using System.Text;
using System.Text.Json;

namespace Sightline.Server.Receive.StatsD;

/// <summary>
/// Turns a JavaScript object made of literals into JSON: names without quotes, texts in single quotes, comments, commas before a closing bracket.
/// Nothing is evaluated: an expression is a fault.
/// </summary>
internal static class JsObjectText
{
    /// <exception cref="FormatException">There is something in it that is no literal.</exception>
    public static string ToJson(string text)
    {
        var json = new StringBuilder(text.Length + 64);
        for (var i = 0; i < text.Length;)
        {
            var c = text[i];
            if (char.IsWhiteSpace(c) || c == '\ufeff')
            {
                i++;
            }
            else if (text.AsSpan(i).StartsWith("//"))
            {
                i = text.IndexOf('\n', i) is >= 0 and var end ? end : text.Length;
            }
            else if (text.AsSpan(i).StartsWith("/*"))
            {
                i = text.IndexOf("*/", i + 2, StringComparison.Ordinal) is >= 0 and var end ? end + 2 : throw new FormatException("a comment does not end");
            }
            else if (c is '"' or '\'')
            {
                i = Quoted(text, i, json);
            }
            else if (c is '{' or '[' or ':' or ',')
            {
                json.Append(c);
                i++;
            }
            else if (c is '}' or ']')
            {
                // A comma with nothing behind it.
                if (json.Length > 0 && json[^1] == ',')
                {
                    json.Length--;
                }

                json.Append(c);
                i++;
            }
            else if (c == ';' && text[(i + 1)..].Trim().Length == 0)
            {
                break;
            }
            else
            {
                i = Word(text, i, json);
            }
        }

        return json.ToString();
    }

    private static int Quoted(string text, int from, StringBuilder json)
    {
        var value = new StringBuilder();
        for (var i = from + 1; i < text.Length; i++)
        {
            if (text[i] == text[from])
            {
                json.Append(JsonSerializer.Serialize(value.ToString()));
                return i + 1;
            }

            if (text[i] == '\\' && i + 1 < text.Length)
            {
                i++;
                value.Append(text[i] switch { 'n' => '\n', 't' => '\t', 'r' => '\r', var other => other });
            }
            else
            {
                value.Append(text[i]);
            }
        }

        throw new FormatException("a text does not end");
    }

    private static int Word(string text, int from, StringBuilder json)
    {
        var to = from;
        while (to < text.Length && (char.IsAsciiLetterOrDigit(text[to]) || text[to] is '_' or '$' or '.' or '-' or '+'))
        {
            to++;
        }

        if (to == from)
        {
            throw new FormatException($"'{text[from]}' is no part of a literal");
        }

        var word = text[from..to];
        var next = to;
        while (next < text.Length && char.IsWhiteSpace(text[next]))
        {
            next++;
        }

        var isName = next < text.Length && text[next] == ':';
        json.Append(isName ? JsonSerializer.Serialize(word) : word == "undefined" ? "null" : word.StartsWith('.') ? "0" + word : word);
        return to;
    }
}
