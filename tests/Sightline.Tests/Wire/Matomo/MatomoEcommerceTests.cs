using Sightline.Core.Model;
using Sightline.Core.Wire.Matomo;
using static Sightline.Tests.Wire.Matomo.MatomoHits;

namespace Sightline.Tests.Wire.Matomo;

public sealed class MatomoEcommerceTests
{
    private const string Items = """[["S1","Shoe",["Men","Shoes"],49.95,2],["S2","Hat","Men","10"]]""";

    [Fact]
    public void An_order_is_one_event_with_its_money_and_one_passive_event_for_each_line()
    {
        var (result, batch) = Read($"idsite=1&rec=1&idgoal=0&ec_id=A-17&revenue=119.90&ec_st=109.9&ec_tx=8&ec_sh=5&ec_dt=3&ec_items={Uri.EscapeDataString(Items)}&uid=ada");
        Assert.Equal(MatomoResult.Tracked, result);
        Assert.Equal(["order", "order_item", "order_item"], batch.Events.Select(e => e.Name));
        Assert.Equal([EventKind.Interaction, EventKind.Passive, EventKind.Passive], batch.Events.Select(e => e.Kind));
        Assert.Equal([1_199_000L, null, null], batch.Events.Select(e => e.RevenueE4));
        Assert.Equal(["A-17", "A-17#0", "A-17#1"], batch.Events.Select(e => e.DedupKey));
        Assert.All(batch.Events, e => Assert.Equal("ada", e.UserId));
        Assert.All(batch.Events, e => Assert.Null(e.Currency));
        Assert.Equal(
            [
                """{"order_id":"A-17","subtotal":109.9,"tax":8,"shipping":5,"discount":3,"items":2,"quantity":3}""",
                """{"order_id":"A-17","sku":"S1","name":"Shoe","category":"Men","category2":"Shoes","price":49.95,"quantity":2}""",
                """{"order_id":"A-17","sku":"S2","name":"Hat","category":"Men","price":10,"quantity":1}""",
            ],
            batch.Events.Select(PropsOf));
    }

    [Fact]
    public void A_cart_has_a_worth_but_no_revenue()
    {
        var cart = One($"idgoal=0&revenue=119.90&ec_items={Uri.EscapeDataString(Items)}");
        Assert.Equal("cart", cart.Name);
        Assert.Null(cart.RevenueE4);
        Assert.Null(cart.DedupKey);
        Assert.Equal("""{"items":2,"quantity":3,"value":119.9}""", PropsOf(cart));
    }

    [Theory]
    [InlineData("""{"sku":1}""", 0)]
    [InlineData("[[", 0)]
    [InlineData("""["S1"]""", 0)]
    [InlineData("""[[],["S1"]]""", 1)]
    [InlineData("""[["S1","n","c","dear",1],["S2"]]""", 1)]
    public void Unreadable_lines_are_left_out_and_named(string items, int readable)
    {
        var (_, batch) = Read($"idsite=1&rec=1&idgoal=0&ec_id=1&revenue=1&ec_items={Uri.EscapeDataString(items)}");
        Assert.Equal(readable + 1, batch.Events.Count);
        Assert.Contains("\"ignored_fields\":\"ec_items\"", PropsOf(batch.Events[0]), StringComparison.Ordinal);
    }

    [Fact]
    public void An_order_of_a_million_lines_makes_a_bounded_number_of_events()
    {
        var (_, batch) = Read("idsite=1&rec=1&idgoal=0&ec_id=1&ec_items=[" + string.Join(',', Enumerable.Repeat("[1]", 1_000_000)) + "]");
        Assert.Equal(501, batch.Events.Count);
    }

    [Theory]
    [InlineData("3", "signup", """{"goal_id":3,"goal":"Sign-up"}""")]
    [InlineData("4", "goal", """{"goal_id":4,"goal":"Thanks"}""")]
    public void A_goal_reached_by_hand_is_the_event_that_reaches_it(string id, string name, string props)
    {
        var e = One($"idgoal={id}&revenue=7.5");
        Assert.Equal(EventKind.Interaction, e.Kind);
        Assert.Equal(name, e.Name);
        Assert.Equal(75_000, e.RevenueE4);
        Assert.Equal(props, PropsOf(e));
    }

    [Fact]
    public void Revenue_that_is_no_amount_is_named_as_ignored() =>
        Assert.Equal("""{"goal_id":3,"goal":"Sign-up","ignored_fields":"revenue"}""", PropsOf(One("idgoal=3&revenue=12,50")));
}
