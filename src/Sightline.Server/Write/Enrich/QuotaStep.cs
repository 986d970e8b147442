using Sightline.Core.Model;
using Sightline.Store;

namespace Sightline.Server.Write.Enrich;

/// <summary>
/// Drops what is more than a project's quota of a UTC day or month of receipt. It begins with what the store has of the day, and so counts
/// the same when the log is read again. Imports are deliberate and paced by themselves: they neither count nor are dropped.
/// </summary>
/// <param name="received">What the store has received of a project from a day to a day inclusive.</param>
internal sealed class QuotaStep(Func<uint, DateOnly, DateOnly, IReadOnlyList<ReceivedDay>> received) : IEnrichStep
{
    private const int MostCounts = 10_000;

    private readonly Dictionary<(uint Project, DateOnly Day), long> _days = [];
    private readonly Dictionary<(uint Project, DateOnly Month), long> _months = [];

    public string Name => "quota";

    public DropReason? Apply(EnrichItem item)
    {
        var project = item.Project;
        if ((project.EventsPerDay == 0 && project.EventsPerMonth == 0) || item.Batch.ReceivedBy == ReceivedBy.AccessLog)
        {
            return null;
        }

        var day = DateOnly.FromDateTime(DateTime.UnixEpoch.AddMilliseconds(item.Batch.ReceivedMs));
        var month = new DateOnly(day.Year, day.Month, 1);
        if (!_days.TryGetValue((project.Id, day), out var ofDay) || !_months.TryGetValue((project.Id, month), out var ofMonth))
        {
            if (_days.Count > MostCounts)
            {
                Restart();
            }

            var known = received(project.Id, month, month.AddMonths(1).AddDays(-1)).Where(count => count.ReceivedBy != ReceivedBy.AccessLog).ToList();
            _days[(project.Id, day)] = ofDay = known.Where(count => count.Day == day).Sum(count => count.Stored);
            _months[(project.Id, month)] = ofMonth = Math.Max(known.Sum(count => count.Stored), _months.GetValueOrDefault((project.Id, month)));
        }

        if ((project.EventsPerDay > 0 && ofDay >= project.EventsPerDay) || (project.EventsPerMonth > 0 && ofMonth >= project.EventsPerMonth))
        {
            item.Sample = item.Page.Path.Length > 0 ? item.Page.Path : item.Name;
            return DropReason.Quota;
        }

        _days[(project.Id, day)] = ofDay + 1;
        _months[(project.Id, month)] = ofMonth + 1;
        return null;
    }

    /// <summary>What was counted since the last write was not written: the store's counts are right.</summary>
    public void Restart()
    {
        _days.Clear();
        _months.Clear();
    }
}
