namespace Sightline.Core.Queries.Graphite;

/// <summary>Functions that put values of longer intervals together.</summary>
internal static class SummaryFunctions
{
    public static void Register(FunctionSet set)
    {
        set.Add("summarize", "seriesList! intervalString:interval!{10min|1h|1d} func:aggFunc=sum alignToFrom:boolean=false", "One value an interval, which begins at whole multiples of its length.", Summarize);
        set.Add("smartSummarize", "seriesList! intervalString:interval!{10min|1h|1d} func:aggFunc=sum alignTo:string[False|None|True|days|hours|minutes|months|seconds|weeks|years]",
            "One value an interval, the first beginning with the series, or with its day, hour, week.", SmartSummarize);
        set.Add("hitcount", "seriesList! intervalString:interval!{10min|1h|1d} alignToInterval:boolean=false", "Hits an interval, of a series of hits a second.", HitCount);
    }

    private static IEnumerable<Series> Summarize(FunctionCall call)
    {
        var (text, interval, function) = (call.Words("intervalString"), call.Interval("intervalString"), call.Words("func", "sum"));
        var fromStart = call.Flag("alignToFrom");
        return call.Map(one =>
        {
            var start = fromStart ? one.Start : one.Start - (one.Start % interval);
            var end = fromStart ? one.End : one.End - (one.End % interval) + interval;
            var values = Buckets(call, one, function, interval, start, end);
            end = fromStart ? start + (values.Length * interval) : end;
            return one.As($"summarize({one.Name}, \"{text}\", \"{function}\"{(fromStart ? ", true" : "")})", values).With("summarize", text).With("summarizeFunction", function) with
            {
                Start = start,
                End = end,
                Step = interval,
            };
        });
    }

    private static IEnumerable<Series> SmartSummarize(FunctionCall call)
    {
        var (text, interval, function) = (call.Words("intervalString"), call.Interval("intervalString"), call.Words("func", "sum"));
        var series = call.Value("alignTo") is string unit ? call.Again(call.Context with { From = ZonedTime.Floor(call.Context.From, unit, call.Context.Zone) }) : call.List();
        return series.Select(one =>
        {
            var values = Buckets(call, one, function, interval, one.Start, one.End);
            return one.As($"smartSummarize({one.Name}, \"{text}\", \"{function}\")", values).With("smartSummarize", text).With("smartSummarizeFunction", function) with
            {
                End = one.Start + (values.Length * interval),
                Step = interval,
            };
        });
    }

    private static double[] Buckets(FunctionCall call, Series one, string function, long interval, long start, long end)
    {
        var many = Math.Max(0, (end - start + interval - 1) / interval);
        call.Evaluator.Making(many);
        var values = Rows.Nothing((int)many);
        var wanted = (double)interval / one.Step;
        var count = (int)Math.Min(one.Values.Length, (one.End - one.Start + one.Step - 1) / one.Step);
        for (int bucket = 0, i = 0; bucket < values.Length; bucket++)
        {
            var first = i;
            while (i < count && one.Start + (i * one.Step) < start + ((bucket + 1) * interval))
            {
                i++;
            }

            var present = one.Values.AsSpan(first, i - first);
            var number = Aggregates.Of("count", present);
            if (number > 0 && number / wanted >= one.XFilesFactor)
            {
                values[bucket] = Aggregates.Of(function, present);
            }
        }

        return values;
    }

    private static IEnumerable<Series> HitCount(FunctionCall call)
    {
        var (text, interval) = (call.Words("intervalString"), call.Interval("intervalString"));
        var align = call.Flag("alignToInterval");
        var series = call.List();
        if (align)
        {
            var unit = interval >= 86_400 ? "days" : interval >= 3600 ? "hours" : interval >= 60 ? "minutes" : "seconds";
            series = [.. call.Again(call.Context with { From = ZonedTime.Floor(call.Context.From, unit, call.Context.Zone) })
                .Select(one => one with { End = one.Start + ((one.End - one.Start) / interval * interval) + interval })];
        }

        return series.Select(one =>
        {
            var count = (int)Math.Clamp((one.End - one.Start + interval - 1) / interval, 0, int.MaxValue / 2);
            call.Evaluator.Making(count);
            var start = one.End - (count * interval);
            return one.As($"hitcount({one.Name}, \"{text}\"{(align ? ", true" : "")})", Spread(one, start, interval, count)).With("hitcount", text) with { Start = start, Step = interval };
        });
    }

    // Each value's hits, in the buckets its step lies in.
    private static double[] Spread(Series one, long start, long interval, int count)
    {
        var buckets = Rows.Nothing(count);
        void Put(long bucket, double hits)
        {
            if (bucket >= 0 && bucket < count)
            {
                buckets[bucket] = (double.IsNaN(buckets[bucket]) ? 0 : buckets[bucket]) + hits;
            }
        }

        for (var i = 0; i < one.Values.Length; i++)
        {
            var value = one.Values[i];
            if (double.IsNaN(value))
            {
                continue;
            }

            var from = one.Start + (i * one.Step) - start;
            var (first, firstRest) = (FloorDivide(from, interval), Modulo(from, interval));
            var (last, lastRest) = (FloorDivide(from + one.Step, interval), Modulo(from + one.Step, interval));
            if (last >= count)
            {
                (last, lastRest) = (count - 1, interval);
            }

            if (first == last)
            {
                Put(first, value * (lastRest - firstRest));
                continue;
            }

            Put(first, value * (interval - firstRest));
            for (var bucket = Math.Max(first + 1, 0); bucket < last; bucket++)
            {
                Put(bucket, value * interval);
            }

            if (lastRest > 0)
            {
                Put(last, value * lastRest);
            }
        }

        return buckets;
    }

    private static long FloorDivide(long value, long by) => (value - Modulo(value, by)) / by;

    private static long Modulo(long value, long by) => ((value % by) + by) % by;
}
