using System.Globalization;
using Sightline.Core.Model;
using Sightline.Core.Queries;

namespace Sightline.Tests.Queries.Differential;

/// <summary>Every metric as its sentence in docs/query.md says.</summary>
internal sealed class NaiveContext(NaiveModel model, IReadOnlyList<Metric> metrics, bool allConvert, long totalVisitors)
{
    public double?[] Metrics(List<(Event Event, NaiveVisit Visit)> row, List<(Event Event, NaiveVisit Visit)> of) =>
        [.. metrics.Select(metric => Value(metric, row, of))];

    private double? Value(Metric metric, List<(Event Event, NaiveVisit Visit)> row, List<(Event Event, NaiveVisit Visit)> of)
    {
        var events = row.Where(x => x.Event.Kind != EventKind.Engagement).ToList();
        var visits = events.Select(x => x.Visit).Distinct(ReferenceEqualityComparer.Instance).Cast<NaiveVisit>().ToList();
        var converting = allConvert ? events : events.Where(x => model.Goals(x.Event).Any()).ToList();
        double pageViews = events.Count(x => x.Event.Kind == EventKind.PageView);
        var money = events.Where(x => x.Event.RevenueE4 is not null && model.OwnCurrency(x.Event)).Select(x => x.Event.RevenueE4!.Value / 10_000m).ToList();
        return metric.Kind switch
        {
            MetricKind.Visitors => NaiveModel.Visitors(events),
            MetricKind.People => visits.Select(model.Person).Distinct().Count(),
            MetricKind.Visits => visits.Count,
            MetricKind.PageViews => pageViews,
            MetricKind.Events => events.Count,
            MetricKind.ViewsPerVisit => Divide(pageViews, visits.Count),
            MetricKind.BounceRate => Divide(visits.Count(v => v.Bounced), visits.Count),
            MetricKind.VisitDuration => Divide(visits.Sum(v => v.Seconds), visits.Count),
            MetricKind.TimeOnPage => Divide(row.Where(x => x.Event.Kind == EventKind.Engagement).Sum(x => x.Event.EngagedMs / 1000.0), pageViews),
            MetricKind.ScrollDepth => Scroll(row),
            MetricKind.Conversions => converting.Count,
            MetricKind.ConversionRate => Divide(NaiveModel.Visitors(converting), NaiveModel.Visitors(allConvert ? of : events)),
            MetricKind.Revenue => (double)money.Sum(),
            MetricKind.AverageRevenue => money.Count == 0 ? null : (double)Math.Round(money.Sum() / money.Count, 4),
            MetricKind.PercentOfVisitors => Divide(NaiveModel.Visitors(events), totalVisitors),
            _ => Numbers(metric, events),
        };
    }

    private static double? Scroll(List<(Event Event, NaiveVisit Visit)> row)
    {
        var known = row.Where(x => x.Event.Scroll <= 100).ToList();
        return known.Count == 0 ? null : known
            .GroupBy(x => (x.Visit.Visitor, x.Visit.Events[0].TimeMs, x.Event.Path))
            .Average(page => page.Max(x => x.Event.Scroll));
    }

    private static double? Numbers(Metric metric, List<(Event Event, NaiveVisit Visit)> events)
    {
        List<double> numbers = [];
        foreach (var (e, _) in events)
        {
            if (decimal.TryParse(NaiveModel.Prop(e, metric.Prop!), NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
            {
                numbers.Add((double)number);
            }
        }
        numbers.Sort();
        return numbers.Count == 0 ? null : metric.Kind switch
        {
            MetricKind.PropSum => numbers.Sum(),
            MetricKind.PropAverage => numbers.Average(),
            MetricKind.PropMin => numbers.Min(),
            MetricKind.PropMax => numbers.Max(),
            _ => Percentile(numbers, metric.Percentile / 100.0),
        };
    }

    private static double Percentile(List<double> sorted, double share)
    {
        var place = share * (sorted.Count - 1);
        var (low, high) = (sorted[(int)Math.Floor(place)], sorted[(int)Math.Ceiling(place)]);
        return low + ((high - low) * (place - Math.Floor(place)));
    }

    private static double? Divide(double part, double whole) => whole == 0 ? null : part / whole;
}
