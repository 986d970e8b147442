using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Sightline.Core.Wire.StatsD;

/// <summary>
/// Objects of numbers, and of lists of numbers, in the form that Node's <c>util.inspect</c> gives them: what statsd's administration prints, and what
/// scripts that read it expect. Lines of at most 80 signs, lists of more than six in columns, and of more than a hundred cut.
/// </summary>
internal static partial class JsInspect
{
    private const int LineLength = 80;
    private const int MostShown = 100;
    private const int MostColumns = 12;
    private const int Indentation = 2;

    public static string Object(IEnumerable<KeyValuePair<string, double>> members) =>
        Braced([.. members.Select(static member => $"{Name(member.Key)}: {Number(member.Value)}")], '{', '}', 0, grouped: false);

    public static string Object(IEnumerable<KeyValuePair<string, double[]>> members) =>
        Braced([.. members.Select(static member => $"{Name(member.Key)}: {List(member.Value)}")], '{', '}', 0, grouped: false);

    /// <summary>As JavaScript writes a number.</summary>
    public static string Number(double value)
    {
        if (!double.IsFinite(value))
        {
            return double.IsNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";
        }

        if (value == 0)
        {
            return double.IsNegative(value) ? "-0" : "0";
        }

        // The shortest digits that give the same number are the same everywhere; how they are written is not: "1E-07", "0.0001", "123.45".
        var parts = Math.Abs(value).ToString("R", CultureInfo.InvariantCulture).Split('E');
        var dot = parts[0].IndexOf('.', StringComparison.Ordinal);
        var all = parts[0].Replace(".", "", StringComparison.Ordinal);
        var digits = all.TrimStart('0');
        var point = (dot < 0 ? all.Length : dot) - (all.Length - digits.Length) + (parts.Length > 1 ? int.Parse(parts[1], CultureInfo.InvariantCulture) : 0);
        digits = digits.TrimEnd('0');
        var written = point switch
        {
            > 21 or <= -6 => $"{digits[0]}{(digits.Length > 1 ? "." + digits[1..] : "")}e{(point > 0 ? "+" : "-")}{Math.Abs(point - 1).ToString(CultureInfo.InvariantCulture)}",
            <= 0 => "0." + new string('0', -point) + digits,
            _ when digits.Length <= point => digits.PadRight(point, '0'),
            _ => $"{digits[..point]}.{digits[point..]}",
        };
        return value < 0 ? "-" + written : written;
    }

    private static string List(double[] values)
    {
        if (values.Length == 0)
        {
            return "[]";
        }

        var shown = values.Take(MostShown).Select(Number).ToList();
        var left = values.Length - shown.Count;
        var entries = left > 0 ? shown.Append($"... {left.ToString(CultureInfo.InvariantCulture)} more item{(left > 1 ? "s" : "")}").ToList() : shown;
        var grouped = entries.Count > 6 ? Grouped(entries, shown.Count) : entries;
        return Braced(grouped, '[', ']', Indentation, grouped.Count != entries.Count);
    }

    private static string Braced(List<string> entries, char open, char close, int indentation, bool grouped)
    {
        if (entries.Count == 0)
        {
            return $"{open}{close}";
        }

        // One line when nothing in it was broken already, and it fits with ten signs to spare.
        var length = entries.Sum(static entry => entry.Length) + (entries.Count * 2) + indentation + 11;
        if (!grouped && length <= LineLength && !entries.Any(static entry => entry.Contains('\n', StringComparison.Ordinal)))
        {
            return $"{open} {string.Join(", ", entries)} {close}";
        }

        var line = "\n" + new string(' ', indentation);
        return $"{open}{line}  {string.Join($",{line}  ", entries)}{line}{close}";
    }

    /// <summary>Puts a list's entries into columns, numbers to the right; the entry that tells of more stays for itself.</summary>
    private static List<string> Grouped(List<string> entries, int count)
    {
        const int Separator = 2;
        var widest = entries.Take(count).Max(static entry => entry.Length);
        var total = entries.Take(count).Sum(static entry => entry.Length + Separator);
        var width = widest + Separator;
        if ((width * 3) + Indentation >= LineLength || ((double)total / width <= 5 && widest > 6))
        {
            return entries;
        }

        // Columns so that the block is about two and a half times as wide as it is high.
        var biased = Math.Max(width - 3 - Math.Sqrt(width - ((double)total / entries.Count)), 1);
        var columns = (int)Math.Min(Math.Min(Math.Floor((Math.Sqrt(2.5 * biased * count) / biased) + 0.5), Math.Floor((double)(LineLength - Indentation) / width)), MostColumns);
        if (columns <= 1)
        {
            return entries;
        }

        var widths = Enumerable.Range(0, columns).Select(column => entries.Where((_, i) => i % columns == column && i < count).Select(static entry => entry.Length).DefaultIfEmpty().Max()).ToArray();
        var rows = new List<string>();
        for (var row = 0; row < count; row += columns)
        {
            var line = new StringBuilder();
            var end = Math.Min(row + columns, count);
            for (var i = row; i < end; i++)
            {
                line.Append(i < end - 1 ? $"{entries[i]}, ".PadLeft(widths[i - row] + Separator) : entries[i].PadLeft(widths[i - row]));
            }

            rows.Add(line.ToString());
        }

        rows.AddRange(entries.Skip(count));
        return rows;
    }

    private static string Name(string name)
    {
        if (Identifier().IsMatch(name))
        {
            return name;
        }

        var quote = !name.Contains('\'', StringComparison.Ordinal) ? '\'' : !name.Contains('"', StringComparison.Ordinal) ? '"' : '\'';
        var text = new StringBuilder().Append(quote);
        foreach (var c in name)
        {
            text.Append(c switch
            {
                '\\' => "\\\\",
                '\n' => "\\n",
                '\t' => "\\t",
                '\r' => "\\r",
                _ when c == quote => $"\\{c}",
                < ' ' or '\x7F' => $"\\x{(int)c:X2}",
                _ => c.ToString(),
            });
        }

        return text.Append(quote).ToString();
    }

    [GeneratedRegex("^[a-zA-Z_][a-zA-Z_0-9]*$")]
    private static partial Regex Identifier();
}
