using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Sightline.Core.Queries.Graphite;

namespace Sightline.Server.Features.Graphite;

/// <summary>Writes series in graphite-web's formats.</summary>
internal static class RenderAnswer
{
    /// <summary><c>[{"target":..., "tags":{...}, "datapoints":[[value, time], ...]}]</c></summary>
    public static byte[] Json(IReadOnlyList<Series> series, int? maxDataPoints, bool noNullPoints)
    {
        using var output = new MemoryStream();
        using (var writer = new Utf8JsonWriter(output, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            var range = series.Count == 0 ? 0 : series.Max(static one => one.End) - series.Min(static one => one.Start);
            writer.WriteStartArray();
            foreach (var one in series.Any(static one => one.Values.Length > 0) ? series : [])
            {
                var (start, step, values) = Thinned(one, range, maxDataPoints);
                if (noNullPoints && Array.TrueForAll(values, double.IsNaN))
                {
                    continue;
                }

                writer.WriteStartObject();
                writer.WriteString("target", one.Name);
                writer.WriteStartObject("tags");
                foreach (var (name, value) in one.Tags)
                {
                    writer.WriteString(name, value);
                }

                writer.WriteEndObject();
                writer.WriteStartArray("datapoints");
                // As graphite-web has it: not behind the end of the series, whatever it holds.
                var count = Math.Min(values.Length, ((one.End - start) / Math.Max(1, step)) + 1);
                for (var i = 0; i < count; i++)
                {
                    if (noNullPoints && double.IsNaN(values[i]))
                    {
                        continue;
                    }

                    writer.WriteStartArray();
                    Number(writer, values[i]);
                    writer.WriteNumberValue(start + (i * step));
                    writer.WriteEndArray();
                }

                writer.WriteEndArray();
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }

        return output.ToArray();
    }

    /// <summary><c>name,2026-11-22 10:00:00,1.0</c></summary>
    public static string Csv(IReadOnlyList<Series> series, TimeZoneInfo zone)
    {
        var text = new StringBuilder();
        foreach (var one in series)
        {
            var name = one.Name.AsSpan().IndexOfAny("\",\r\n") >= 0 ? $"\"{one.Name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : one.Name;
            for (var i = 0; i < one.Values.Length; i++)
            {
                var time = TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeSeconds(one.Start + (i * one.Step)), zone);
                text.Append(name).Append(',').Append(time.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)).Append(',')
                    .Append(double.IsNaN(one.Values[i]) ? "" : PyText.Repr(one.Values[i])).Append("\r\n");
            }
        }

        return text.ToString();
    }

    /// <summary><c>name,start,end,step|1.0,None</c></summary>
    public static string Raw(IReadOnlyList<Series> series)
    {
        var text = new StringBuilder();
        foreach (var one in series)
        {
            text.Append(CultureInfo.InvariantCulture, $"{one.Name},{one.Start},{one.End},{one.Step}|")
                .AppendJoin(',', one.Values.Select(static value => double.IsNaN(value) ? "None" : PyText.Repr(value))).Append('\n');
        }

        return text.ToString();
    }

    // As many values as fit into the picture somebody wants to draw. Groups begin at whole multiples of their length, so that they stay the same
    // while the range moves.
    private static (long Start, long Step, double[] Values) Thinned(Series one, long range, int? most)
    {
        if (most is not { } wanted || one.Values.Length == 0)
        {
            return (one.Start, one.Step, one.Values);
        }

        if (wanted == 1)
        {
            return (one.Start, one.Step * one.Values.Length, one.Consolidated(one.Values.Length));
        }

        var count = (double)range / one.Step;
        if (wanted >= count)
        {
            return (one.Start, one.Step, one.Values);
        }

        var group = (int)Math.Ceiling(count / wanted);
        var step = group * one.Step;
        var nudge = step + (one.Start % one.Step) - (one.Start % step);
        var skip = (int)Math.Min((nudge / one.Step) - 1, one.Values.Length);
        var rest = one with { Values = one.Values[skip..] };
        return (one.Start + nudge, step, rest.Consolidated(group));
    }

    internal static void Number(Utf8JsonWriter writer, double value)
    {
        if (double.IsNaN(value))
        {
            writer.WriteNullValue();
        }
        else
        {
            // Infinity as a number that every reader takes for it.
            writer.WriteRawValue(double.IsInfinity(value) ? (value > 0 ? "1e9999" : "-1e9999") : PyText.Repr(value), skipInputValidation: true);
        }
    }
}
