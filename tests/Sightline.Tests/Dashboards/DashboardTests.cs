using Sightline.Server.Features.Dashboards;
using Sightline.Store.Settings;

namespace Sightline.Tests.Dashboards;

/// <summary>The document of a dashboard.</summary>
public class DashboardTests
{
    private static readonly Dashboard Two = new Dashboard().Add(new DashboardPanel { Title = "a", Query = "cpu" }).Add(new DashboardPanel { Title = "b", Kind = PanelKind.Visits, Query = "visitors", Width = 6, Look = PanelLook.Number });

    [Fact]
    public void It_is_read_as_it_was_written()
    {
        var read = Dashboard.Parse(Two.Write());
        Assert.Equal(Two.Panels, read.Panels);
        Assert.Equal(Two.Write(), read.Write());
        Assert.Contains("\"kind\": \"visits\"", Two.Write(), StringComparison.Ordinal);
    }

    [Fact]
    public void Panels_are_moved_changed_and_removed_and_keep_their_numbers()
    {
        var three = Two.Add(new DashboardPanel { Title = "c" });
        Assert.Equal([1, 2, 3], three.Panels.Select(panel => panel.Id));
        Assert.Equal([3, 1, 2], three.Move(3, 0).Panels.Select(panel => panel.Id));
        Assert.Equal([2, 3, 1], three.Move(1, 99).Panels.Select(panel => panel.Id));
        Assert.Equal("z", three.Change(2, panel => panel with { Title = "z", Id = 77 }).Panels.Single(panel => panel.Id == 2).Title);
        // A number is not used again while a higher one is there.
        Assert.Equal([2, 3, 4], three.Remove(1).Add(new DashboardPanel()).Panels.Select(panel => panel.Id));
        Assert.Throws<InvalidSettingException>(() => three.Change(9, panel => panel));
        Assert.Throws<InvalidSettingException>(() => three.Move(9, 0));
    }

    [Theory]
    [InlineData("", "this is no dashboard")]
    [InlineData("[]", "this is no dashboard")]
    [InlineData("null", "a dashboard is a JSON object")]
    [InlineData("{\"panels\":null}", "a part of the dashboard is null")]
    [InlineData("{\"panels\":[null]}", "a part of the dashboard is null")]
    [InlineData("{\"version\":2}", "this dashboard is of a later version")]
    [InlineData("{\"panels\":[{\"id\":1,\"width\":5}]}", "a panel's width is")]
    [InlineData("{\"panels\":[{\"id\":1},{\"id\":1}]}", "two panels have the same number")]
    [InlineData("{\"panels\":[{\"kind\":\"other\"}]}", "this is no dashboard: $.panels[0].kind")]
    [InlineData("{\"variables\":[{\"name\":\"a b\",\"source\":\"x\"}]}", "a variable's name has")]
    [InlineData("{\"refreshSeconds\":1}", "a dashboard shows new values every")]
    public void What_is_none_is_refused_in_words(string json, string why) =>
        Assert.StartsWith(why, Assert.Throws<InvalidSettingException>(() => Dashboard.Parse(json)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(PanelKind.Graphite, "servers.$host.cpu.${core}.x", "servers.web1.cpu.*.x")]
    [InlineData(PanelKind.Graphite, "$hosts.$other", "$hosts.$other")]
    [InlineData(PanelKind.Explorer, "cpu server=$host core=$core state:$core $core", "cpu server=web1 core= state:. .*")]
    public void Variables_are_put_into_queries(PanelKind kind, string query, string result) =>
        Assert.Equal(result, Variables.Into(query, kind, [new VariableChoice("host", ["*", "web1"], "web1"), new VariableChoice("core", ["*", "0"], "*")]));

    [Theory]
    [InlineData("visitors", "visitors", null, null)]
    [InlineData("page_views by page:path", "page_views", "page:path", null)]
    [InlineData("visits by visit:source [\"is\",\"visit:country\",[\"DE\"]]", "visits", "visit:source", "[\"is\",\"visit:country\",[\"DE\"]]")]
    public void Questions_about_visits_are_read(string text, string metric, string? dimension, string? filter)
    {
        var question = VisitsQuestion.Parse(text);
        Assert.Equal((metric, dimension, filter), (question.Metric.Key, question.Dimension, question.Filter?.ToJsonString()));
    }

    [Theory]
    [InlineData("", "a question about visits is")]
    [InlineData("visitors by", "a question about visits is")]
    [InlineData("hits", "there is no metric 'hits'")]
    [InlineData("visitors [1", "the filter is no JSON")]
    public void Other_questions_are_refused_in_words(string text, string why) =>
        Assert.StartsWith(why, Assert.Throws<InvalidSettingException>(() => VisitsQuestion.Parse(text)).Message, StringComparison.Ordinal);
}
