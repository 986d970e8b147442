using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Sightline.Store.Settings;

namespace Sightline.ServerTests.Crash;

/// <summary>DogStatsD's events when the server is killed: what a sender knows is taken stays, and nothing is there twice.</summary>
public sealed class ChangeKillTests
{
    [Fact]
    public async Task An_event_whose_sender_read_an_orderly_end_outlives_a_kill_long_before_the_flush()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromMinutes(2));
        var data = Directory.CreateTempSubdirectory("sightline-crash-").FullName;
        try
        {
            var settings = SettingsDb.Open(data, TimeProvider.System);
            new ProjectStore(settings, TimeProvider.System).Add("Metrics");
            var token = new AuthenticationHeaderValue("Bearer", new TokenStore(settings, TimeProvider.System).Add("kill", TokenScopes.Read, null).Secret);
            await File.WriteAllTextAsync(Path.Combine(data, "statsd.js"), "{ flushInterval: 3600000 }", limit.Token);
            var (port, statsd) = (CrashServer.FreePort(), CrashServer.FreePort());
            CrashServer Start() => CrashServer.Start(data, port, null, "--statsd-listen", $"{statsd}", "--statsd-config", Path.Combine(data, "statsd.js"));

            var sent = new List<string>();
            for (var kill = 0; kill < 3; kill++)
            {
                using var server = Start();
                await server.ReadyAsync(limit.Token);
                for (var i = 0; i < 20; i++)
                {
                    var title = $"deploy {kill}.{i}";
                    Assert.True(await MetricLoad.SendAsync(statsd, Encoding.UTF8.GetBytes($"_e{{{title.Length},2}}:{title}|ok|#team:shop\nhits:1|c\n_sc|db{kill}.{i}|2|m:gone\n")));
                    sent.Add(title);
                    sent.Add($"db{kill}.{i}: critical");
                }

                if (kill == 1)
                {
                    // Stored already, perhaps half of it.
                    await server.DrainAsync(limit.Token);
                }

                server.Kill();
            }

            using var last = Start();
            await last.ReadyAsync(limit.Token);
            await last.DrainAsync(limit.Token);
            using var request = new HttpRequestMessage(HttpMethod.Get, "/events/get_data") { Headers = { Authorization = token } };
            using var answer = await last.Client.SendAsync(request, limit.Token);
            var stored = JsonNode.Parse(await answer.Content.ReadAsStringAsync(limit.Token))!.AsArray().Select(static one => (string)one!["what"]!);
            Assert.Equal(sent.Order(StringComparer.Ordinal), stored.Order(StringComparer.Ordinal));
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }
}
