using Sightline.Server.Receive.Carbon;
using Sightline.Server.Receive.StatsD;

namespace Sightline.Server.Receive.Lines;

/// <summary>The listeners of metrics, each started when the options name an address for it.</summary>
internal static class MetricListeners
{
    public static void AddMetricListeners(this IServiceCollection services)
    {
        // Before those that give it values, so that it stops behind them.
        services.AddSingleton<LineAggregation>();
        services.AddHostedService(static provider => provider.GetRequiredService<LineAggregation>());
        services.AddSingleton<StatsdListener>();
        services.AddHostedService(static provider => provider.GetRequiredService<StatsdListener>());
        services.AddSingleton<CarbonListener>();
        services.AddHostedService(static provider => provider.GetRequiredService<CarbonListener>());
    }
}
