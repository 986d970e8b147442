using System.Text;

namespace Sightline.ServerTests.Matomo;

/// <summary>What no honest client sends: refused in the protocol's own words, quickly, and the next hit is taken as ever.</summary>
public sealed class MatomoHostileInputTests(MatomoServer server) : IClassFixture<MatomoServer>
{
    public static TheoryData<string, string, int> Bodies => new()
    {
        { "a million parameters", "idsite=1&rec=1" + string.Concat(Enumerable.Repeat("&a", 500_000)), 400 },
        { "over the limit", "idsite=1&rec=1&url=" + new string('x', 2_000_000), 413 },
        { "invalid escapes and NUL", "idsite=1&rec=1&action_name=%FF%FE%00%C0%80%&url=https%3A%2F%2Fs.test%2F%00", 200 },
        { "an absurd date", "idsite=1&rec=1&cdt=99999999999999999999-13-45", 200 },
        { "deep JSON in a field", "idsite=1&rec=1&cvar=" + new string('[', 500_000), 200 },
        { "deep arrays", "idsite=1&rec=1&cvar" + string.Concat(Enumerable.Repeat("[a]", 200_000)) + "=1", 200 },
        { "deep JSON", "{\"requests\":" + new string('[', 900_000), 400 },
        { "more hits than a call may bring", "{\"requests\":[" + string.Join(',', Enumerable.Repeat("{}", 30_000)) + "]}", 413 },
        { "more events than a call may bring", "{\"requests\":[" + string.Join(',', Enumerable.Repeat(Order, 60)) + "]}", 413 },
    };

    private static string Order => "{\"idsite\":1,\"rec\":1,\"idgoal\":0,\"ec_id\":\"x\",\"ec_items\":[" + string.Join(',', Enumerable.Repeat("[1]", 500)) + "]}";

    [Theory]
    [MemberData(nameof(Bodies), DisableDiscoveryEnumeration = true)]
    public async Task Is_answered_and_harms_nobody(string what, string body, int status)
    {
        var answer = await RawHttp.SendAsync(server.Address, "POST /matomo.php", body);
        Assert.True(answer.Status == status, $"{what}: {answer.Status} {Encoding.UTF8.GetString(answer.Body)}");
        Assert.Equal(body[0] == '{' ? "application/json" : "image/gif", answer.Headers["Content-Type"]);
        Assert.Equal(200, (await RawHttp.SendAsync(server.Address, "GET /matomo.php?idsite=1&rec=1")).Status);
    }

    [Fact]
    public async Task A_refusal_of_the_gate_is_never_a_204()
    {
        var answer = await RawHttp.SendAsync(server.Address, "POST /matomo.php?send_image=0", "url=" + new string('x', 2_000_000));
        Assert.Equal(413, answer.Status);
    }
}
