using System.Text.Json;

namespace Sightline.Core.Queries;

/// <summary>
/// Reads the JSON of a stats query. Strict: an unknown field, metric, dimension, operator or range is an error with its place, so that a
/// misspelt filter can never silently widen an answer.
/// </summary>
public static class StatsQueryParser
{
    /// <exception cref="InvalidQueryException">The query cannot be used.</exception>
    public static StatsQuery Parse(ReadOnlyMemory<byte> utf8)
    {
        using var document = QueryJson.Parse(utf8, "the query");
        return Parse(document.RootElement);
    }

    /// <summary>As <see cref="Parse(ReadOnlyMemory{byte})"/>, of a value already read.</summary>
    public static StatsQuery Parse(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            throw new InvalidQueryException("the query must be an object", "");
        }
        Fields fields = new(root);
        var metrics = Metrics(fields.Required("metrics"));
        var dimensions = fields.Optional("dimensions") is { } d ? Dimensions(d) : [];
        var (totals, totalRows) = fields.Optional("include") is { } include ? Include(include) : (false, false);
        StatsQuery query = new()
        {
            Project = (uint)JsonPlaces.Integer(fields.Required("project"), "project", 1, uint.MaxValue),
            Metrics = metrics,
            Dimensions = dimensions,
            Range = RangeParser.Range(fields.Required("range"), "range"),
            TimeZone = fields.Optional("timezone") is { } zone ? TimeZone(zone) : null,
            Filter = fields.Optional("filters") is { } filters ? FilterParser.Parse(filters, "filters") : null,
            Order = fields.Optional("order") is { } order ? Order(order, metrics, dimensions) : [],
            Limit = fields.Optional("limit") is { } limit ? (int)JsonPlaces.Integer(limit, "limit", 1, QueryLimits.Rows) : null,
            Offset = fields.Optional("offset") is { } offset ? (int)JsonPlaces.Integer(offset, "offset", 0, int.MaxValue) : 0,
            Compare = fields.Optional("compare") is { } compare ? RangeParser.Compare(compare, "compare") : null,
            IncludeTotals = totals,
            IncludeTotalRows = totalRows,
        };
        fields.RefuseOthers();
        if (query.Compare is { Kind: not CompareKind.Explicit } && query.Range is NamedRange { Name: RangeName.All })
        {
            throw new InvalidQueryException("there is nothing before the range 'all' to compare with", "compare");
        }
        return query;
    }

    private static List<Metric> Metrics(JsonElement list)
    {
        List<Metric> metrics = [];
        foreach (var (element, at) in JsonPlaces.Items(list, "metrics", QueryLimits.Metrics))
        {
            var name = JsonPlaces.Text(element, at);
            if (!Metric.TryParse(name, out var metric))
            {
                throw new InvalidQueryException($"there is no metric '{name}'", at);
            }
            if (metrics.Contains(metric))
            {
                throw new InvalidQueryException($"the metric '{name}' is asked for twice", at);
            }
            metrics.Add(metric);
        }
        return metrics.Count > 0 ? metrics : throw new InvalidQueryException("at least one metric is needed", "metrics");
    }

    private static List<Dimension> Dimensions(JsonElement list)
    {
        List<Dimension> dimensions = [];
        foreach (var (element, at) in JsonPlaces.Items(list, "dimensions", QueryLimits.Dimensions))
        {
            var name = JsonPlaces.Text(element, at);
            if (!Dimension.TryParse(name, out var dimension))
            {
                throw new InvalidQueryException($"there is no dimension '{name}'", at);
            }
            if (dimensions.Contains(dimension) || (dimension.IsTime && dimensions.Exists(d => d.IsTime)))
            {
                throw new InvalidQueryException(dimension.IsTime ? "only one time dimension can be asked for" : $"the dimension '{name}' is asked for twice", at);
            }
            dimensions.Add(dimension);
        }
        return dimensions;
    }

    private static string TimeZone(JsonElement element)
    {
        var name = JsonPlaces.Text(element, "timezone");
        return ZoneCalendar.TryFind(name, out _) ? name : throw new InvalidQueryException($"there is no time zone '{name}'", "timezone");
    }

    private static List<OrderTerm> Order(JsonElement list, List<Metric> metrics, List<Dimension> dimensions)
    {
        List<OrderTerm> order = [];
        foreach (var (element, at) in JsonPlaces.Items(list, "order", QueryLimits.Metrics + QueryLimits.Dimensions))
        {
            if (element.ValueKind != JsonValueKind.Array || element.GetArrayLength() != 2)
            {
                throw new InvalidQueryException("an order is a pair like [\"visitors\",\"desc\"]", at);
            }
            var name = JsonPlaces.Text(element[0], at + "[0]");
            var descending = JsonPlaces.Text(element[1], at + "[1]") switch
            {
                "desc" => true,
                "asc" => false,
                _ => throw new InvalidQueryException("the direction is 'asc' or 'desc'", at + "[1]"),
            };
            var index = Metric.TryParse(name, out var metric) ? metrics.IndexOf(metric) : -1;
            var isMetric = index >= 0;
            if (!isMetric)
            {
                index = Dimension.TryParse(name, out var dimension) ? dimensions.IndexOf(dimension) : -1;
            }
            order.Add(index >= 0 ? new(isMetric, index, descending)
                : throw new InvalidQueryException($"'{name}' is neither a metric nor a dimension of this query", at + "[0]"));
        }
        return order;
    }

    private static (bool Totals, bool TotalRows) Include(JsonElement list)
    {
        var totals = false;
        var totalRows = false;
        foreach (var (element, at) in JsonPlaces.Items(list, "include", 2))
        {
            switch (JsonPlaces.Text(element, at))
            {
                case "totals":
                    totals = true;
                    break;
                case "total_rows":
                    totalRows = true;
                    break;
                default:
                    throw new InvalidQueryException("'totals' and 'total_rows' can be included", at);
            }
        }
        return (totals, totalRows);
    }

    /// <summary>The members of an object, each to be used once.</summary>
    private sealed class Fields
    {
        private readonly Dictionary<string, JsonElement> left = new(StringComparer.Ordinal);

        public Fields(JsonElement root)
        {
            foreach (var member in root.EnumerateObject())
            {
                var name = JsonPlaces.Name(member);
                if (!left.TryAdd(name, member.Value))
                {
                    throw new InvalidQueryException($"'{name}' is given twice", name);
                }
            }
        }

        public JsonElement Required(string name) =>
            left.Remove(name, out var value) ? value : throw new InvalidQueryException($"'{name}' is missing", name);

        public JsonElement? Optional(string name) =>
            left.Remove(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

        public void RefuseOthers()
        {
            foreach (var name in left.Keys)
            {
                throw new InvalidQueryException($"there is no field '{name}'", name);
            }
        }
    }
}
