using Sightline.Server.Features.Dashboards;
using Sightline.Store.Settings;

namespace Sightline.Tests.Dashboards;

/// <summary>Dashboards of others.</summary>
public class DashboardImportTests
{
    private const string Grafana = """
        {
          "title": "Web servers", "schemaVersion": 39, "refresh": "1m", "time": { "from": "now-6h", "to": "now" },
          "templating": { "list": [
            { "name": "server", "type": "query", "query": "servers.*" },
            { "name": "env", "type": "custom", "query": "prod,test" },
            { "name": "ds", "type": "datasource", "query": "graphite" },
            { "name": "inner", "type": "query", "query": { "query": "servers.$server.*" } } ] },
          "panels": [
            { "id": 4, "type": "timeseries", "title": "CPU", "gridPos": { "w": 12, "h": 8, "x": 0, "y": 0 },
              "fieldConfig": { "defaults": { "custom": { "stacking": { "mode": "normal" } } } },
              "targets": [
                { "refId": "A", "target": "servers.$server.cpu.*.user", "hide": true },
                { "refId": "B", "target": "averageSeries(#A)" },
                { "refId": "C", "target": "alias(scale(#B, 2), 'twice')" } ] },
            { "id": 5, "type": "stat", "title": "Load", "gridPos": { "w": 6 }, "targets": [ { "refId": "A", "target": "servers.web1.loadavg.01" } ] },
            { "id": 6, "type": "text", "title": "Words", "gridPos": { "w": 24 }, "options": { "content": "# Read me", "mode": "markdown" } },
            { "id": 7, "type": "row", "title": "Folded", "collapsed": true, "panels": [
              { "id": 8, "type": "graph", "title": "Old", "gridPos": { "w": 16 }, "stack": false, "targets": [ { "refId": "A", "target": "a.b" } ] } ] },
            { "id": 9, "type": "timeseries", "title": "SQL", "targets": [ { "refId": "A", "rawSql": "SELECT 1" } ] } ]
        }
        """;

    [Fact]
    public void Grafanas_panels_variables_and_range_are_taken_and_the_rest_is_named()
    {
        var imported = DashboardImport.Read(Grafana);
        var dashboard = imported.Dashboard;

        Assert.Equal(("Web servers", "-6h", "now", 60), (imported.Name, dashboard.From, dashboard.To, dashboard.RefreshSeconds));
        Assert.Equal([new DashboardVariable("server", "servers.*"), new DashboardVariable("env", "prod,test")], dashboard.Variables);
        Assert.Equal(["CPU", "Load", "Words", "Old"], dashboard.Panels.Select(panel => panel.Title));
        Assert.Equal("averageSeries(servers.$server.cpu.*.user)\nalias(scale(averageSeries(servers.$server.cpu.*.user), 2), 'twice')", dashboard.Panels[0].Query);
        Assert.Equal([PanelLook.Stack, PanelLook.Number, PanelLook.Lines, PanelLook.Lines], dashboard.Panels.Select(panel => panel.Look));
        Assert.Equal([3, 2, 6, 4], dashboard.Panels.Select(panel => panel.Width));
        Assert.Equal((PanelKind.Text, "# Read me"), (dashboard.Panels[2].Kind, dashboard.Panels[2].Query));
        Assert.Equal(["panel \"SQL\" (timeseries): no targets of Graphite", "variable \"ds\": its values are not a list or a pattern of Graphite", "variable \"inner\": its values are not a list or a pattern of Graphite"], imported.Skipped);
    }

    [Fact]
    public void Rows_of_old_Grafana_and_the_wrapping_of_its_API_are_read()
    {
        var imported = DashboardImport.Read("""{"dashboard":{"title":"Old","rows":[{"panels":[{"type":"graph","title":"A","span":4,"stack":true,"targets":[{"target":"a.b"}]},{"type":"graph","span":12,"targets":[{"target":"c"}]}]}],"refresh":false},"meta":{}}""");
        Assert.Equal([("A", "a.b", PanelLook.Stack, 2), ("", "c", PanelLook.Lines, 6)], imported.Dashboard.Panels.Select(panel => (panel.Title, panel.Query, panel.Look, panel.Width)));
        Assert.Equal(0, imported.Dashboard.RefreshSeconds);
    }

    [Fact]
    public void Graphites_saved_dashboards_are_read()
    {
        var imported = DashboardImport.Read("""
            {"success":true,"state":{"name":"ops.web","graphs":[
              [["a.b","sumSeries(c.*)"],{"target":["a.b","sumSeries(c.*)"],"title":"Both","areaMode":"stacked"},"/render?target=a.b"],
              [["d"],{},"/render?target=d"],
              [[],{"title":"Nothing"},""]],
             "timeConfig":{"type":"relative","relativeStartQuantity":"3","relativeStartUnits":"days","relativeUntilQuantity":"","relativeUntilUnits":"now"},
             "refreshConfig":{"enabled":true,"interval":30000}}}
            """);
        Assert.Equal(("ops.web", "-3days", 30), (imported.Name, imported.Dashboard.From, imported.Dashboard.RefreshSeconds));
        Assert.Equal([("Both", "a.b\nsumSeries(c.*)", PanelLook.Stack), ("", "d", PanelLook.Lines)], imported.Dashboard.Panels.Select(panel => (panel.Title, panel.Query, panel.Look)));
        Assert.Equal(["graph \"Nothing\": no targets"], imported.Skipped);
    }

    [Fact]
    public void Ours_come_back_as_they_went()
    {
        var dashboard = new Dashboard().Add(new DashboardPanel { Title = "x", Query = "cpu", Look = PanelLook.Stack });
        Assert.Equal(dashboard.Write(), DashboardImport.Read(dashboard.Write()).Dashboard.Write());
    }

    [Fact]
    public void A_query_that_names_itself_ends() =>
        Assert.Single(DashboardImport.Read("""{"title":"t","panels":[{"type":"graph","targets":[{"refId":"A","target":"sum(#A)"}]}]}""").Dashboard.Panels);

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("3")]
    [InlineData("{}")]
    [InlineData("""{"title":"x","panels":{}}""")]
    [InlineData("""{"graphs":[1],"timeConfig":3}""")]
    public void What_is_no_dashboard_is_refused_or_empty(string json)
    {
        try
        {
            Assert.Empty(DashboardImport.Read(json).Dashboard.Panels);
        }
        catch (InvalidSettingException fault)
        {
            Assert.NotEmpty(fault.Message);
        }
    }

    [Fact]
    public void Any_changed_file_is_read_or_refused_in_words()
    {
        var random = new Random(20261123);
        for (var i = 0; i < 20_000; i++)
        {
            var text = Grafana.ToCharArray();
            for (var j = random.Next(1, 6); j > 0; j--)
            {
                text[random.Next(text.Length)] = "{}[]\",:0ax"[random.Next(10)];
            }

            try
            {
                DashboardImport.Read(new string(text)).Dashboard.Checked();
            }
            catch (InvalidSettingException fault)
            {
                Assert.NotEmpty(fault.Message);
            }
        }
    }
}
