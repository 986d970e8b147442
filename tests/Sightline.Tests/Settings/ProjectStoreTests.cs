using Dapper;
using Sightline.Core.Model;
using Sightline.Store.Settings;

namespace Sightline.Tests.Settings;

public sealed class ProjectStoreTests : IDisposable
{
    private readonly TempData data = new();
    private readonly SettingsDb db;
    private readonly ProjectStore projects;

    public ProjectStoreTests()
    {
        db = data.Open();
        projects = new ProjectStore(db, data.Time);
    }

    public void Dispose() => data.Dispose();

    [Fact]
    public void A_new_project_has_keys_of_the_forms_clients_accept_and_keeps_them()
    {
        var made = projects.Add("  Shop ");
        Assert.Equal("Shop", made.Name);
        Assert.Matches("^[A-Za-z0-9]{16,64}$", made.PublicKey);
        Assert.Matches("^G-[A-Z0-9]{10}$", made.Ga4MeasurementId);
        Assert.Matches("^[0-9a-f]{32}$", made.SentryKey);
        Assert.Equal(data.Time.GetUtcNow().ToUnixTimeMilliseconds(), made.CreatedMs);
        var later = projects.Update(made.Id, new ProjectChange { Name = "Store" });
        Assert.Equal((made.PublicKey, made.Ga4MeasurementId, made.SentryKey), (later.PublicKey, later.Ga4MeasurementId, later.SentryKey));
    }

    [Fact]
    public void Everything_set_is_read_back()
    {
        var change = new ProjectChange
        {
            Domains = ["Shop.Example.com", "*.example.org", "https://bücher.example/path", "localhost", "shop.example.com"],
            TimeZone = "Europe/Berlin",
            Currency = "usd",
            RetentionDays = 400,
            EventsPerSecond = 50,
            ExcludedIps = ["192.0.2.1", "2001:db8::/32"],
            ExcludedPaths = ["/admin*", "*.json"],
        };
        var made = projects.Add("Shop", change, [new NewGoal("Signup", "signup", null)]);
        projects.Update(made.Id, new ProjectChange(), [new NewGoal("Thanks", null, "/thanks*")]);
        var read = projects.Find(made.Id);
        Assert.NotNull(read);
        Assert.Equal(["shop.example.com", "*.example.org", "xn--bcher-kva.example", "localhost"], read.Domains);
        Assert.Equal(("Europe/Berlin", "USD", 400, 50), (read.TimeZone, read.Currency, read.RetentionDays, read.EventsPerSecond));
        Assert.Equal(["192.0.2.1", "2001:db8::/32"], read.ExcludedIps);
        Assert.Equal(["/admin*", "*.json"], read.ExcludedPaths);
        Assert.Equal([new Goal(1, "Signup", "signup", null), new Goal(2, "Thanks", null, "/thanks*")], read.Goals);
    }

    [Fact]
    public void What_a_change_leaves_out_stays()
    {
        var made = projects.Add("Shop", new ProjectChange { Domains = ["a.example"], TimeZone = "Asia/Tokyo" });
        var later = projects.Update(made.Id, new ProjectChange { Domains = ["b.example"] });
        Assert.Equal(["b.example"], later.Domains);
        Assert.Equal("Asia/Tokyo", later.TimeZone);
        Assert.Equal("Asia/Tokyo", projects.Update(made.Id, new ProjectChange { Domains = [] }).TimeZone);
        Assert.Empty(projects.Find(made.Id)!.Domains);
    }

    [Fact]
    public void Ids_of_removed_projects_and_goals_are_not_given_again()
    {
        var first = projects.Add("First");
        Assert.True(projects.Remove(first.Id));
        Assert.False(projects.Remove(first.Id));
        var second = projects.Add("Second");
        Assert.True(second.Id > first.Id);

        var goal = Assert.Single(projects.Update(second.Id, new ProjectChange(), [new NewGoal("A", "a", null)]).Goals);
        Assert.Empty(projects.Update(second.Id, new ProjectChange(), removeGoals: [goal.Id]).Goals);
        Assert.Throws<SettingsException>(() => projects.Update(second.Id, new ProjectChange(), removeGoals: [goal.Id]));
        Assert.True(Assert.Single(projects.Update(second.Id, new ProjectChange(), [new NewGoal("B", "b", null)]).Goals).Id > goal.Id);
    }

    [Fact]
    public void Removing_a_project_takes_all_that_is_its_own()
    {
        var project = projects.Add("Shop", new ProjectChange { Domains = ["a.example"] }, [new NewGoal("A", "a", null)]);
        new TokenStore(db, data.Time).Add("t", TokenScopes.Read, project.Id);
        projects.Remove(project.Id);
        Assert.Equal(0, db.Read(c => c.ExecuteScalar<int>("SELECT (SELECT COUNT(*) FROM goals) + (SELECT COUNT(*) FROM project_lists) + (SELECT COUNT(*) FROM tokens)")));
    }

    public static TheoryData<string, ProjectChange> Faults => new()
    {
        { "name", new ProjectChange { Name = " " } },
        { "name", new ProjectChange { Name = new string('x', 201) } },
        { "name", new ProjectChange { Name = "a\nb" } },
        { "domain", new ProjectChange { Domains = ["shop example"] } },
        { "domain", new ProjectChange { Domains = [""] } },
        { "domain", new ProjectChange { Domains = ["a/b"] } },
        { "time zone", new ProjectChange { TimeZone = "Mars/Olympus" } },
        { "time zone", new ProjectChange { TimeZone = "../../etc/passwd" } },
        { "currency", new ProjectChange { Currency = "EURO" } },
        { "retention", new ProjectChange { RetentionDays = -1 } },
        { "events per second", new ProjectChange { EventsPerSecond = -1 } },
        { "address", new ProjectChange { ExcludedIps = ["192.0.2.0/99"] } },
        { "path", new ProjectChange { ExcludedPaths = ["admin"] } },
        { "at most 1000", new ProjectChange { ExcludedPaths = [.. Enumerable.Range(0, 1001).Select(i => $"/{i}")] } },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void Values_that_cannot_be_are_refused_and_change_nothing(string says, ProjectChange change)
    {
        var project = projects.Add("Shop", new ProjectChange { Domains = ["a.example"] });
        var fault = Assert.Throws<InvalidSettingException>(() => projects.Update(project.Id, change));
        Assert.Contains(says, fault.Message, StringComparison.Ordinal);
        Assert.Equivalent(project, projects.Find(project.Id));
    }

    [Fact]
    public void Unknown_projects_are_told()
    {
        Assert.Null(projects.Find(7));
        Assert.Throws<SettingsException>(() => projects.Update(7, new ProjectChange { Name = "x", Domains = ["a.example"] }));
    }

    [Fact]
    public void A_change_is_made_whole_or_not_at_all()
    {
        var project = projects.Add("Shop");
        Assert.Throws<InvalidSettingException>(() => projects.Update(project.Id, new ProjectChange { Name = "New" }, [new NewGoal("x", "event", "/and-page")]));
        Assert.Throws<SettingsException>(() => projects.Update(project.Id, new ProjectChange { Name = "New" }, [new NewGoal("x", "event", null)], [77]));
        Assert.Equivalent(project, projects.Find(project.Id));
    }

    [Fact]
    public async Task Writers_on_several_connections_lose_nothing()
    {
        await Task.WhenAll(Enumerable.Range(0, 4).Select(writer => Task.Run(() =>
        {
            var own = new ProjectStore(data.Open(), data.Time);
            for (var i = 0; i < 10; i++)
            {
                own.Add($"{writer}-{i}");
            }
        }, TestContext.Current.CancellationToken)));
        var all = projects.List();
        Assert.Equal(40, all.Count);
        Assert.Equal(40, all.Select(p => p.PublicKey).Distinct().Count());
        Assert.Equal(40, all.Select(p => p.Name).Distinct().Count());
    }
}
