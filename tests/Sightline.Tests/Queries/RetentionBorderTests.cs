using Sightline.Store;
using Sightline.Store.DuckDb;
using Sightline.Tests.Store;

namespace Sightline.Tests.Queries;

public sealed class RetentionBorderTests
{
    [Fact]
    public void A_directory_of_the_first_version_has_its_border_where_its_events_begin()
    {
        using var database = DuckDbDatabase.Open(DuckDbDatabase.InMemory, new());
        using var connection = database.Connect();
        SchemaMigrations.Apply(connection, [.. SchemaMigrations.Embedded.Take(1)], 1);
        connection.Execute("""
            INSERT INTO events SELECT project, time_ms, 1, 1, 0, 0, 0, 0, NULL, NULL, 0, 0, 255 FROM (VALUES (1, 500), (1, 900), (2, 700)) v(project, time_ms)
            """);
        Assert.Equal(1, SchemaMigrations.Apply(connection, SchemaMigrations.Embedded, 2));
        Assert.Equal(500, connection.ScalarLong("SELECT before_ms FROM retention_borders WHERE project = 1"));
        Assert.Equal(700, connection.ScalarLong("SELECT before_ms FROM retention_borders WHERE project = 2"));
    }

    [Fact]
    public void The_border_only_grows_and_goes_with_its_project()
    {
        using StoreFixture fixture = new();
        fixture.Write(StoreFixture.PageView(1, 1_000), StoreFixture.PageView(2, 90_000_000));
        fixture.Store.Maintenance.DeleteBefore(1, 50_000_000);
        Assert.Equal(50_000_000, fixture.Number("SELECT before_ms FROM retention_borders"));
        fixture.Write(StoreFixture.PageView(3, 2_000));
        fixture.Store.Maintenance.DeleteBefore(1, 40_000_000);
        Assert.Equal(50_000_000, fixture.Number("SELECT before_ms FROM retention_borders"));
        fixture.Store.Maintenance.RemoveProject(1);
        Assert.Equal(0, fixture.Number("SELECT count(*) FROM retention_borders"));
    }
}
