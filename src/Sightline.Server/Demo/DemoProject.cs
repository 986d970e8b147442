using Sightline.Core.Model;
using Sightline.Store.Settings;

namespace Sightline.Server.Demo;

/// <summary>The demo's project, found again by its name, made when it is not there.</summary>
internal static class DemoProject
{
    public const string Name = "Copper Kettle (demo)";

    /// <exception cref="SettingsException">The directory holds other projects: it is somebody's real one.</exception>
    public static Project Ensure(SettingsDb settings, TimeProvider time)
    {
        var store = new ProjectStore(settings, time);
        var projects = store.List();
        if (projects.FirstOrDefault(project => project.Name == Name) is { } found)
        {
            return found;
        }

        if (projects.Count > 0)
        {
            throw new SettingsException("the directory holds projects that are not the demo's; give the demo a directory of its own with --data");
        }

        return store.Add(
            Name,
            new ProjectChange { TimeZone = DemoPlan.TimeZoneName, Currency = "EUR" },
            [
                new NewGoal("Purchase", "purchase", null),
                new NewGoal("Add to cart", "add_to_cart", null),
                new NewGoal("Begin checkout", "begin_checkout", null),
                new NewGoal("Sign up", "signup", null),
                new NewGoal("Read the blog", null, DemoCatalog.Blog + "*"),
            ]);
    }
}
