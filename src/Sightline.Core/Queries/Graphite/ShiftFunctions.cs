namespace Sightline.Core.Queries.Graphite;

/// <summary>Functions that show another time.</summary>
internal static class ShiftFunctions
{
    private const int MostShifts = 1000;

    public static void Register(FunctionSet set)
    {
        set.Add("timeShift", "seriesList! timeShift:interval!{1h|6h|12h|1d|2d|7d|14d|30d} resetEnd:boolean=true alignDst:boolean=false", "Series as they were so much earlier.", TimeShift);
        set.Add("timeStack", "seriesList! timeShiftUnit:interval=1d{1h|6h|12h|1d|2d|7d|14d|30d} timeShiftStart:integer=0 timeShiftEnd:integer=7", "Series as they were at several earlier times.", TimeStack);
        set.Add("timeSlice", "seriesList! startSliceAt:date! endSliceAt:date=now", "Nothing outside a part of the range.", TimeSlice);
    }

    private static IReadOnlyList<Series> TimeShift(FunctionCall call)
    {
        var plain = call.List();
        if (plain.Count == 0)
        {
            return [];
        }

        var text = Backwards(call.Words("timeShift"));
        var shift = AtTime.Interval(text);
        var context = call.Context with { From = call.Context.From + shift, Until = call.Context.Until + shift };
        if (call.Flag("alignDst"))
        {
            var (now, then) = (Summer(call.Context), Summer(context));
            var hours = (now, then) switch { (true, false) => 1, (false, true) => -1, _ => 0 };
            context = context with { From = context.From + (hours * 3600), Until = context.Until + (hours * 3600) };
        }

        var resetEnd = call.Flag("resetEnd", true);
        return [.. call.Again(context).Select(one => (one with
        {
            Name = $"timeShift({one.Name}, \"{text}\")",
            Start = plain[0].Start,
            End = resetEnd ? plain[0].End : one.End - one.Start + plain[0].Start,
        }).With("timeShift", text))];
    }

    // null: not the same at both ends.
    private static bool? Summer(RenderContext context)
    {
        var (from, until) = (context.Zone.IsDaylightSavingTime(DateTimeOffset.FromUnixTimeSeconds(context.From)), context.Zone.IsDaylightSavingTime(DateTimeOffset.FromUnixTimeSeconds(context.Until)));
        return from == until ? from : null;
    }

    private static List<Series> TimeStack(FunctionCall call)
    {
        var plain = call.List();
        if (plain.Count == 0)
        {
            return [];
        }

        var unit = Backwards(call.Words("timeShiftUnit", "1d"));
        var shift = AtTime.Interval(unit);
        var (from, to) = (call.Whole("timeShiftStart"), call.Whole("timeShiftEnd", 7));
        if (to - from > MostShifts)
        {
            throw new GraphiteException($"timeStack takes at most {MostShifts} times");
        }

        var stacked = new List<Series>();
        for (var i = from; i < to; i++)
        {
            var by = Math.Clamp(shift * i, -uint.MaxValue, uint.MaxValue);
            stacked.AddRange(call.Again(call.Context with { From = call.Context.From + by, Until = call.Context.Until + by }).Select(one =>
                one.As($"timeShift({one.Name}, {unit}, {PyText.Str(i)})").With("timeShiftUnit", unit).With("timeShift", i) with { Start = plain[0].Start, End = plain[0].End }));
        }

        return stacked;
    }

    private static IEnumerable<Series> TimeSlice(FunctionCall call)
    {
        var from = AtTime.Parse(call.Words("startSliceAt"), call.Context.Now, call.Context.Zone);
        var to = AtTime.Parse(call.Words("endSliceAt", "now"), call.Context.Now, call.Context.Zone);
        return call.Map(one => (one with
        {
            Name = $"timeSlice({one.Name}, {PyText.Str(from)}, {PyText.Str(to)})",
            Values = [.. one.Values.Select((value, index) => call.Context.From + (index * one.Step) is var time && time >= from && time <= to ? value : double.NaN)],
        }).With("timeSliceStart", from).With("timeSliceEnd", to));
    }

    private static string Backwards(string text) => text.Length > 0 && char.IsAsciiDigit(text[0]) ? "-" + text : text;
}
