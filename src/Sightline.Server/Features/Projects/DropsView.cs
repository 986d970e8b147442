using System.Text.Json;
using Sightline.Core.Model;
using Sightline.Store;

namespace Sightline.Server.Features.Projects;

/// <summary>Answer of <c>GET /api/v1/projects/{id}/drops</c>: received = stored + dropped, and what was dropped by source and reason.</summary>
internal sealed record DropsView(DateOnly From, DateOnly To, long Received, long Stored, long Dropped, IReadOnlyList<DropsView.Line> Drops)
{
    private const int MostSamples = 20;

    internal sealed record Line(string Source, string Reason, long Count, IReadOnlyList<Sample> Samples);

    internal sealed record Sample(DateTimeOffset Time, string Text);

    public static DropsView Of(DayRange range, IReadOnlyList<ReceivedDay> received, IReadOnlyList<DropDay> drops) => new(
        range.First,
        range.Last,
        received.Sum(day => day.Received),
        received.Sum(day => day.Stored),
        drops.Sum(day => day.Count),
        [.. drops
            .GroupBy(day => (day.ReceivedBy, day.Reason))
            .Select(group => new Line(
                JsonNamingPolicy.SnakeCaseLower.ConvertName(group.Key.ReceivedBy.ToString()),
                group.Key.Reason.Name(),
                group.Sum(day => day.Count),
                [.. group.SelectMany(day => day.Samples).OrderByDescending(sample => sample.TimeMs).Take(MostSamples)
                    .Select(sample => new Sample(DateTimeOffset.FromUnixTimeMilliseconds(sample.TimeMs), sample.Text))]))
            .OrderByDescending(line => line.Count)]);
}
