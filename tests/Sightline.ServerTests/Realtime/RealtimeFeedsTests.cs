using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sightline.Server;
using Sightline.Server.Features.Realtime;

namespace Sightline.ServerTests.Realtime;

public sealed class RealtimeFeedsTests
{
    [Fact]
    public async Task A_host_that_is_disposed_without_being_stopped_ends_the_beat_without_a_fault()
    {
        var data = Directory.CreateTempSubdirectory("sightline-test-").FullName;
        try
        {
            var app = ServerApp.Build(new ServeOptions { Data = data, Listen = ["http://127.0.0.1:0"], LogLevel = LogLevel.Warning, OwnerPassword = Browser.Password });
            await app.StartAsync(TestContext.Current.CancellationToken);
            var beat = app.Services.GetServices<IHostedService>().OfType<RealtimeFeeds>().Single();
            var running = beat.ExecuteTask!;
            Assert.False(running.IsCompleted);
            await app.DisposeAsync();
            // On a busy machine it may not even have begun: then it is cancelled, which is no fault either.
            await running.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            Assert.True(running.IsCompleted && !running.IsFaulted, $"{running.Status}: {running.Exception}");
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }
}
