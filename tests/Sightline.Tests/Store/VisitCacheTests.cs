using Sightline.Store.DuckDb;

namespace Sightline.Tests.Store;

/// <summary>What the writer remembers of visits saves lookups and never tells anything else than the table.</summary>
public sealed class VisitCacheTests : IDisposable
{
    private const long Minute = 60_000;
    private const long Day = 86_400_000;
    private const long Start = 1_700_000_000_000;

    private readonly StoreFixture _fixture = new();

    public void Dispose()
    {
        Assert.Empty(_fixture.Store.CheckIntegrity());
        _fixture.Dispose();
    }

    [Fact]
    public void Visitors_new_or_seen_lately_are_not_looked_up()
    {
        for (var i = 0; i < 5; i++)
        {
            _fixture.Write(StoreFixture.PageView(1, Start + (i * Minute)), StoreFixture.PageView((ulong)(10 + i), Start + (i * Minute)));
        }

        Assert.Equal(0, _fixture.Writer.VisitLookups);
        Assert.Equal(["1|5", "10|1", "11|1", "12|1", "13|1", "14|1"], Visits());
    }

    [Fact]
    public void After_a_restart_a_visitor_is_looked_up_once()
    {
        _fixture.Write(StoreFixture.PageView(1, Start));
        _fixture.Reopen();
        _fixture.Write(StoreFixture.PageView(1, Start + Minute), StoreFixture.PageView(2, Start + Minute));
        _fixture.Write(StoreFixture.PageView(1, Start + (2 * Minute)), StoreFixture.PageView(2, Start + Minute));
        Assert.Equal(1, _fixture.Writer.VisitLookups);
        Assert.Equal(["1|3", "2|2"], Visits());
    }

    [Fact]
    public void Events_out_of_the_span_that_was_read_are_looked_up_again()
    {
        _fixture.Write(StoreFixture.PageView(1, Start));
        _fixture.Write(StoreFixture.PageView(1, Start + (5 * Day)));
        _fixture.Reopen();
        _fixture.Write(StoreFixture.PageView(1, Start + Minute));
        _fixture.Write(StoreFixture.PageView(1, Start + (5 * Day) + Minute));
        Assert.Equal(2, _fixture.Writer.VisitLookups);
        Assert.Equal(["1|2", "1|2"], Visits());
    }

    [Fact]
    public void An_erased_visitor_begins_anew()
    {
        _fixture.Write(StoreFixture.PageView(1, Start), StoreFixture.PageView(2, Start));
        Assert.Equal(1, _fixture.Store.Maintenance.EraseVisitor(1, 1).Events);
        _fixture.Write(StoreFixture.PageView(1, Start + Minute), StoreFixture.PageView(2, Start + Minute));
        Assert.Equal(["1|1", "2|2"], Visits());
    }

    [Fact]
    public void A_visitor_of_many_visits_is_looked_up_and_stays_right()
    {
        for (var i = 0; i < 40; i++)
        {
            _fixture.Write(StoreFixture.PageView(1, Start + (i * 31 * Minute)));
        }

        _fixture.Write(StoreFixture.PageView(1, Start + (39 * 31 * Minute) + 1));
        Assert.True(_fixture.Writer.VisitLookups > 0);
        Assert.Equal(40, _fixture.Number("SELECT count(*) FROM sessions"));
        Assert.Equal(39, _fixture.Number("SELECT count(*) FROM sessions WHERE \"returning\""));
    }

    [Theory]
    [InlineData(100)]
    [InlineData(500_000)]
    public void A_key_filter_never_misses_a_key_and_seldom_takes_a_new_one_for_known(int keys)
    {
        var filter = new KeyFilter();
        for (var i = 0; i < keys; i++)
        {
            if (filter.IsFull)
            {
                filter.Reset(i);
                for (var again = 0; again < i; again++)
                {
                    filter.Add((ulong)again);
                }
            }

            filter.Add((ulong)i);
        }

        Assert.All(Enumerable.Range(0, keys), key => Assert.True(filter.MayContain((ulong)key)));
        Assert.InRange(Enumerable.Range(keys, 100_000).Count(key => filter.MayContain((ulong)key)), 0, 4_000);
    }

    private List<string> Visits() => _fixture.Rows("SELECT visitor, page_views FROM sessions ORDER BY visitor, start_ms");
}
