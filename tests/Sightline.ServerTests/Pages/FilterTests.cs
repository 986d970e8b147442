using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Sightline.Core.Queries;
using Sightline.Server.Features.Overview;

namespace Sightline.ServerTests.Pages;

/// <summary>Filters from the address to the query and back, and what the form makes of them.</summary>
public sealed class FilterTests
{
    [Theory]
    [InlineData("f=is,page:path,/a,b&f=is,page:path,/c", """["is","page:path",["/a,b","/c"]]""")]
    [InlineData("f=is_not_set,visit:source&f=gt,event:props.price,9.5", """["and",[["is_not_set","visit:source"],["gt","event:props.price",["9.5"]]]]""")]
    [InlineData("f=did.is,goal,Purchase", """["has_done",["is","goal",["Purchase"]]]""")]
    [InlineData("f=didnt.is,event:name,signup&f=segment,3&f=not_segment,4", """["and",[["has_not_done",["is","event:name",["signup"]]],["segment",3],["not",["segment",4]]]]""")]
    [InlineData("f=is,visit:device,Mobile&f=or1.is,visit:country,DE&f=or1.did.is,goal,Purchase&f=or2.segment,1&f=or2.contains,page:path,shop", """["and",[["is","visit:device",["Mobile"]],["or",[["is","visit:country",["DE"]],["has_done",["is","goal",["Purchase"]]]]],["or",[["segment",1],["contains","page:path",["shop"]]]]]]""")]
    [InlineData("f=or1.is,visit:country,DE&f=or1.is,visit:country,AT", """["is","visit:country",["DE","AT"]]""")]
    public void Filters_of_an_address_are_a_query_s_and_come_back(string address, string json)
    {
        var filters = State(address).Filters;
        var written = FilterJson.All(filters)!.ToJsonString();
        Assert.Equal(json, written);
        using var document = JsonDocument.Parse(written);
        // As the store keeps a segment: parsed and written by the engine.
        var kept = FilterWriter.Text(FilterParser.Parse(document.RootElement, "filter")!);
        Assert.Equal(Keys(filters), Keys(FilterJson.Read(JsonElement.Parse(kept))!));
        // And the address says the same again.
        var state = State(address);
        Assert.Equal(Keys(filters), Keys(State(state.Url.Split('?')[1]).Filters));

        static IEnumerable<string> Keys(IReadOnlyList<OverviewFilter> filters) => filters.Select(f => f.ToString()).Order(StringComparer.Ordinal);
    }

    [Theory]
    [InlineData("""["and",[["or",[["and",[["is","visit:country",["DE"]],["is","visit:device",["Mobile"]]]],["is","visit:os",["iOS"]]]]]]""")]
    [InlineData("""["not",["and",[["is","visit:os",["iOS"]],["is","goal",["x"]]]]]""")]
    [InlineData("""["has_done",["and",[["is","visit:country",["DE"]],["is","goal",["x"]]]]]""")]
    public void What_chips_cannot_say_is_no_chip(string json)
    {
        using var document = JsonDocument.Parse(json);
        var kept = FilterWriter.Text(FilterParser.Parse(document.RootElement, "filter")!);
        Assert.Null(FilterJson.Read(JsonElement.Parse(kept)));
    }

    [Fact]
    public void The_form_adds_changes_joins_and_takes_away()
    {
        Assert.Equal(["is,visit:country,DE"], Edit("fd=visit:country&fo=is&fv=Germany"));
        Assert.Equal(["f", "is,visit:country,DE", "is,visit:country,AT"], Edit("f=f,x&fd=visit:country&fo=is&fv=Germany&fv=Austria&fv=").Select(f => f == "f,x" ? "f" : f));
        Assert.Equal(["did.is,goal,Purchase"], Edit("fd=goal&fo=is&fv=Purchase&fs=did"));
        Assert.Equal(["is,event:props.plan,pro"], Edit("fd=prop&fp=plan&fo=is&fv=pro"));
        Assert.Equal([], Edit("fd=prop&fp=&fo=is&fv=pro"));
        Assert.Equal(["or1.is,visit:country,DE", "or1.didnt.is,goal,Purchase"], Edit("f=is,visit:country,DE&fd=goal&fo=is&fv=Purchase&fs=didnt&fg=is,visit:country"));
        Assert.Equal(["or1.is,visit:country,DE", "or1.is,goal,A", "or1.is,visit:os,iOS"], Edit("f=or1.is,visit:country,DE&f=or1.is,goal,A&fd=visit:os&fo=is&fv=iOS&fg=or1.is,goal"));
        // Taken out of a group of two, no group is left.
        Assert.Equal(["is,visit:country,DE", "is,goal,B"], Edit("f=or1.is,visit:country,DE&f=or1.is,goal,A&edit=or1.is,goal&fd=goal&fo=is&fv=B"));
        Assert.Equal(["is,visit:country,DE"], Edit("f=or1.is,visit:country,DE&f=or1.is,goal,A&edit=or1.is,goal&fd=goal&fo=is&fv="));
        Assert.Equal(["is_set,visit:city"], Edit("fd=visit:city&fo=is_set&fv=ignored"));

        static IEnumerable<string> Edit(string form) => FilterEdit.Apply(State(form), new QueryCollection(QueryHelpers.ParseQuery(form)))!.Select(f => f.ToString());
    }

    [Fact]
    public void Every_operator_of_the_language_can_be_chosen()
    {
        Assert.Equal(
            ["contains", "contains_not", "ends_with", "gt", "gte", "is", "is_not", "is_not_set", "is_set", "lt", "lte", "matches", "matches_not", "starts_with"],
            FilterOperators.All.Select(o => o.Key).Order(StringComparer.Ordinal));
        Assert.All(FilterOperators.All, o =>
        {
            var condition = FilterOperators.TakesValues(o.Key) ? $"""["{o.Key}","visit:city",["5"]]""" : $"""["{o.Key}","visit:city"]""";
            Assert.NotNull(FilterParser.Parse(JsonElement.Parse(condition), "filter"));
        });
    }

    private static OverviewState State(string query) => OverviewState.Parse(1, new QueryCollection(QueryHelpers.ParseQuery(query)));
}
