using System.Text;
using Sightline.Core.Wire.Matomo;
using Sightline.Tests.Wire.Fuzzing;

namespace Sightline.Tests.Wire.Matomo;

public sealed class MatomoCallTests
{
    [Theory]
    [InlineData("", "", MatomoCallKind.Empty)]
    [InlineData("&&", "", MatomoCallKind.Empty)]
    [InlineData("idsite=1", "", MatomoCallKind.Single)]
    [InlineData("", "idsite=1", MatomoCallKind.Single)]
    [InlineData("", """{"requests":[]}""", MatomoCallKind.Bulk)]
    [InlineData("", """  {"requests":{}}""", MatomoCallKind.Bulk)]
    [InlineData("", """{"requests":["?idsite=1"]""", MatomoCallKind.UnreadableBulk)]
    [InlineData("", """["requests"]""", MatomoCallKind.UnreadableBulk)]
    [InlineData("", """idsite="requests" """, MatomoCallKind.UnreadableBulk)]
    [InlineData("", """{"events":[]}""", MatomoCallKind.Empty)]
    [InlineData("idsite=1", """{"events":[]}""", MatomoCallKind.Single)]
    // Recognised at a position above 0, as Matomo does.
    [InlineData("", "\"requests\"", MatomoCallKind.Single)]
    public void A_call_is_known_by_what_it_holds(string query, string body, MatomoCallKind kind)
    {
        using var call = Call(query, body);
        Assert.Equal(kind, call.Kind);
    }

    [Fact]
    public void The_query_wins_over_the_body()
    {
        using var call = Call("idsite=1&a=q", "idsite=2&b=f");
        var hit = Assert.Single(call.Hits())!;
        Assert.Equal(("1", "q", "f"), (hit.Text("idsite"), hit.Text("a"), hit.Text("b")));
    }

    [Theory]
    [InlineData("send_image=0", "", true)]
    [InlineData("", "send_image=0", true)]
    [InlineData("send_image=1", "send_image=0", false)]
    [InlineData("send_image=00", "", false)]
    [InlineData("a=1", "", false)]
    [InlineData("", """{"requests":[],"send_image":0}""", true)]
    [InlineData("", """{"requests":[],"send_image":"0"}""", true)]
    [InlineData("", """{"requests":[],"send_image":1}""", false)]
    [InlineData("send_image=0", """{"requests":[]}""", false)]
    public void No_image_is_asked_for_by_a_zero(string query, string body, bool expected)
    {
        using var call = Call(query, body);
        Assert.Equal(expected, call.NoImage);
    }

    [Fact]
    public void Members_of_a_bulk_are_queries_or_objects_and_texts_without_a_query_are_passed_over()
    {
        using var call = Call("", """{"requests":["?a=1","http://h.test/x?a=2#b","no query","http://h.test/?",{"a":3,"b":true,"c":false,"d":null,"e":{"1":["n","v"]}},7,null,"\ud800?a=1"],"token_auth":"t"}""");
        var seen = call.Hits().Select(hit => hit is null ? "-" : $"{hit.Text("a")}{hit.Text("b")}{hit.Text("c")}{hit.Text("d")}{hit.Json("e")}").ToList();
        Assert.Equal(["1", "2", """31{"1":["n","v"]}""", "-", "-", "-"], seen);
        Assert.Equal(2, call.PassedOver);
        Assert.Equal("t", call.Token);
    }

    [Fact]
    public void A_bulk_may_be_an_object_of_members_as_PHP_makes_of_a_list()
    {
        using var call = Call("", """{"requests":{"0":"?a=1","5":{"a":"2"}}}""");
        Assert.Equal(["1", "2"], call.Hits().Select(hit => hit!.Text("a")));
    }

    [Fact]
    public void Raw_line_breaks_inside_texts_are_stripped_as_Matomo_strips_them()
    {
        using var call = Call("", "{\"requests\":[\r\n\"?a=1\r\n2\"]}");
        Assert.Equal("12", Assert.Single(call.Hits())!.Text("a"));
    }

    [Fact]
    public void Names_that_are_no_Unicode_spoil_only_their_own_member()
    {
        using var call = Call("", """{"\udc00equests":1,"requests":["?a=1",{"\udc00":1}]}""");
        Assert.Equal(["1", null], call.Hits().Select(hit => hit?.Text("a")));
    }

    [Fact]
    public void JSON_nested_too_deep_is_unreadable()
    {
        using var call = Call("", "{\"requests\":" + new string('[', 500_000));
        Assert.Equal(MatomoCallKind.UnreadableBulk, call.Kind);
    }

    [Fact]
    public void Mutated_calls_never_throw_and_leave_their_trace()
    {
        var seeds = MatomoSample.All().Select(sample => sample.Body.Length > 0 ? sample.Body : sample.Query).ToList();
        Assert.Equal(8, seeds.Count);
        int bulk = 0, tracked = 0, refused = 0;
        FuzzRun.Run(
            nameof(MatomoParser), seeds, Target, FuzzRun.DefaultIterations,
            "\"requests\"", "idsite=1&rec=1&", "cvar={\"1\":[\"a\",\"b\"]}", "&cdt=", "&cid=0123456789abcdef", "&idgoal=0", "&ec_items=[[", "dimension1", "&cs=windows-1251", "uadata={", "e_c=a&e_a=b", "?");
        Assert.True(bulk > 1000 && tracked > 1000 && refused > 100, $"{bulk} {tracked} {refused}");

        void Target(ReadOnlyMemory<byte> input)
        {
            using var asBody = MatomoCall.Read(default, input);
            bulk += asBody.Kind == MatomoCallKind.Bulk ? 1 : 0;
            ReadAll(asBody);
            using var asQuery = MatomoCall.Read(input.Span, default);
            ReadAll(asQuery);
        }

        void ReadAll(MatomoCall call)
        {
            foreach (var hit in call.Hits())
            {
                if (hit is null)
                {
                    continue;
                }

                var (result, batch) = MatomoHits.Read(hit, authorised: (hit.Count & 1) == 0);
                tracked += result == MatomoResult.Tracked ? 1 : 0;
                refused += result == MatomoResult.Refused ? 1 : 0;
                Assert.Equal(result == MatomoResult.Tracked, batch.Events.Count > 0);
                Assert.Equal(result != MatomoResult.Tracked, batch.Drops.Count > 0);
                foreach (var e in batch.Events)
                {
                    Check(e);
                }
            }
        }
    }

    private static void Check(Core.Model.IncomingEvent e)
    {
        Assert.True(e.Name.Length is > 0 and <= Core.Model.EventLimits.Name);
        Assert.True(e.Props is null || e.Props.Length <= Core.Model.EventLimits.PropsBytes);
        Assert.True((e.Url?.Length ?? 0) <= Core.Model.EventLimits.Url && e.Title != "" && e.Url != "");
        if (e.Props is { } props)
        {
            using var document = System.Text.Json.JsonDocument.Parse(props);
            Assert.True(document.RootElement.EnumerateObject().Count() <= Core.Model.EventLimits.Props);
        }
    }

    private static MatomoCall Call(string query, string body) => MatomoCall.Read(Encoding.UTF8.GetBytes(query), Encoding.UTF8.GetBytes(body));
}
