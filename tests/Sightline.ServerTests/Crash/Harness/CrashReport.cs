using System.Globalization;

namespace Sightline.ServerTests.Crash;

/// <summary>What a run of kills found.</summary>
internal sealed class CrashReport
{
    /// <summary>What is wrong; empty: nothing.</summary>
    public List<string> Faults { get; } = [];

    /// <summary>From the start of the process until it was ready, of every start that was waited for.</summary>
    public List<TimeSpan> Starts { get; } = [];

    /// <summary>Processor time of those starts.</summary>
    public List<TimeSpan> StartCosts { get; } = [];

    public Dictionary<KillMoment, int> Kills { get; } = [];

    /// <summary>Asked to stop, it was faster than the kill.</summary>
    public int StoppedBefore { get; set; }

    public long Sent { get; set; }

    public long Acknowledged { get; set; }

    public long Stored { get; set; }

    public long Duplicates { get; set; }

    public TimeSpan Took { get; set; }

    public TimeSpan SlowestStart => Starts.Max();

    public TimeSpan CostliestStart => StartCosts.Max();

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"""
        {Kills.Values.Sum()} kills ({string.Join(", ", Kills.OrderBy(kill => kill.Key).Select(kill => $"{kill.Value} {kill.Key}"))}), {StoppedBefore} stopped before the kill came, {Took.TotalSeconds:F0} s
        {Acknowledged} events acknowledged <= {Stored} stored <= {Sent} sent; {Duplicates} repeated events recognised
        ready after {Starts.Order().ElementAt(Starts.Count / 2).TotalMilliseconds:F0} ms (median of {Starts.Count} starts), {SlowestStart.TotalMilliseconds:F0} ms at most; processor time {StartCosts.Order().ElementAt(StartCosts.Count / 2).TotalMilliseconds:F0} ms, {CostliestStart.TotalMilliseconds:F0} ms at most
        """);
}
