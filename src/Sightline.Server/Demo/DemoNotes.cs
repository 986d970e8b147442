using Sightline.Store.Settings;

namespace Sightline.Server.Demo;

/// <summary>What whoever runs the shop wrote on its time line.</summary>
internal static class DemoNotes
{
    public static void Add(DemoPlan plan, uint project, NoteStore notes)
    {
        var (viral, bad) = (plan.ViralDay, plan.BadDeployDay);
        Write(viral, 11, "“Eight grinders” is on Hacker News");
        Write(bad, 0, "Release 2.8.0: new payment form");
        Write(bad.AddDays(1), 0, "Release 2.8.1: paying in Chrome works again");

        void Write(DateOnly day, int hour, string text) => notes.Add(project, DemoPlan.StartMs(day) + (hour * 3_600_000L), text);
    }
}
