using System.CommandLine;
using System.Globalization;
using Sightline.Core.Model;
using Sightline.Server.Cli.Serving;
using Sightline.Server.Features.Settings;
using Sightline.Store.Settings;
using Spectre.Console;

namespace Sightline.Server.Cli;

/// <summary><c>sightline project add|list|show|update|rotate-key|remove-key|remove</c>. Works while the server runs or not: both use the same settings file.</summary>
internal static class ProjectVerb
{
    public static Command New(CliContext context) =>
        new Command("project", "The sites and applications whose data the server takes").With(
            Add(context), List(context), Show(context), Update(context), RotateKey(context), RemoveKey(context), Remove(context));

    private static Command Add(CliContext context)
    {
        var name = new Argument<string>("NAME") { Description = "What people call it" };
        var options = new ProjectOptions();
        var (data, json, url) = (CommonOptions.Data(context), CommonOptions.Json(), Url(context));
        return new Command("add", "Make a project and show the snippet to put into its pages")
            .With(name).With(options.ForAdd).With(url, data, json)
            .Does(context, parsed =>
            {
                // Checked before anything is made: half an answer would be a project nobody knows the key of.
                var address = PublicUrl(parsed, url);
                var goals = options.Goals(parsed);
                var db = SettingsDb.Open(parsed.GetRequiredValue(data), context.Time);
                var project = Store(db, context).Add(parsed.GetRequiredValue(name), options.Change(parsed), goals);
                Log(context, db, "made a project", project.Name, project.Id);
                Print(context, project, address, parsed.GetValue(json), "Added");
                return ExitCode.Done;
            });
    }

    private static Command List(CliContext context)
    {
        var (data, json, url) = (CommonOptions.Data(context), CommonOptions.Json(), Url(context));
        return new Command("list", "List all projects").With(url, data, json).Does(context, parsed =>
        {
            var address = PublicUrl(parsed, url);
            var projects = Store(SettingsDb.OpenExisting(parsed.GetRequiredValue(data), context.Time), context).List();
            if (parsed.GetValue(json))
            {
                CliJson.Write(context, projects.Select(p => ProjectView.Of(p, address)));
                return ExitCode.Done;
            }

            if (projects.Count == 0)
            {
                context.Output.WriteLine("No projects yet. Make one with: sightline project add \"My site\"");
                return ExitCode.Done;
            }

            CliTable.Write(context, ["ID", "Name", "Public key", "Domains", "Time zone"], projects.Select(p => new[]
            {
                p.Id.ToString(CultureInfo.InvariantCulture), p.Name, p.PublicKey, p.Domains.Count == 0 ? "any" : string.Join(", ", p.Domains), p.TimeZone,
            }));
            return ExitCode.Done;
        });
    }

    private static Command Show(CliContext context)
    {
        var id = Id();
        var (data, json, url) = (CommonOptions.Data(context), CommonOptions.Json(), Url(context));
        return new Command("show", "Show a project with every key and address its clients need").With(id, url, data, json).Does(context, parsed =>
        {
            var address = PublicUrl(parsed, url);
            var wanted = parsed.GetRequiredValue(id);
            var project = Store(SettingsDb.OpenExisting(parsed.GetRequiredValue(data), context.Time), context).Find(wanted) ?? throw Unknown(wanted);
            Print(context, project, address, parsed.GetValue(json), null);
            return ExitCode.Done;
        });
    }

    private static Command Update(CliContext context)
    {
        var id = Id();
        var options = new ProjectOptions();
        var (data, json, url) = (CommonOptions.Data(context), CommonOptions.Json(), Url(context));
        return new Command("update", "Change a project; lists given replace the whole list, goals are added and removed one by one")
            .With(id).With(options.ForUpdate).With(url, data, json)
            .Does(context, parsed =>
            {
                var address = PublicUrl(parsed, url);
                var goals = options.Goals(parsed);
                var db = SettingsDb.OpenExisting(parsed.GetRequiredValue(data), context.Time);
                var store = Store(db, context);
                var before = store.Find(parsed.GetRequiredValue(id)) ?? throw Unknown(parsed.GetRequiredValue(id));
                var project = store.Update(before.Id, options.Change(parsed), goals, options.RemovedGoals(parsed));
                if (SettingWords.Changes(before, project) is { Length: > 0 } changes)
                {
                    Log(context, db, "changed settings", changes, project.Id);
                }

                Print(context, project, address, parsed.GetValue(json), "Changed");
                return ExitCode.Done;
            });
    }

    private static Command Remove(CliContext context)
    {
        var id = Id();
        var data = CommonOptions.Data(context);
        return new Command("remove", "Remove a project with its tokens and goals; its keys are refused from then on").With(id, data).Does(context, parsed =>
        {
            var wanted = parsed.GetRequiredValue(id);
            var db = SettingsDb.OpenExisting(parsed.GetRequiredValue(data), context.Time);
            var store = Store(db, context);
            var name = store.Find(wanted)?.Name;
            if (name is null || !store.Remove(wanted))
            {
                throw Unknown(wanted);
            }

            Log(context, db, "removed a project", name, wanted);
            context.Output.WriteLine($"Removed project {wanted}.");
            if (wanted == Project.BuiltInId)
            {
                context.Output.WriteLine("A server that keeps its own metrics makes it anew; own-metrics-every = 0 keeps none.");
            }

            return ExitCode.Done;
        });
    }

    private static Command RotateKey(CliContext context)
    {
        var id = Id();
        var (data, json, url) = (CommonOptions.Data(context), CommonOptions.Json(), Url(context));
        return new Command("rotate-key", "Give a project a new public key; the old one is taken, too, until it is removed").With(id, url, data, json).Does(context, parsed =>
        {
            var address = PublicUrl(parsed, url);
            var db = SettingsDb.OpenExisting(parsed.GetRequiredValue(data), context.Time);
            var project = Store(db, context).RotateKey(parsed.GetRequiredValue(id));
            Log(context, db, "rotated the public key", project.PublicKey, project.Id);
            Print(context, project, address, parsed.GetValue(json), "New key for");
            return ExitCode.Done;
        });
    }

    private static Command RemoveKey(CliContext context)
    {
        var id = Id();
        var key = new Argument<string>("KEY") { Description = "An old public key, as show lists it" };
        var data = CommonOptions.Data(context);
        return new Command("remove-key", "Refuse an old public key from now on").With(id, key, data).Does(context, parsed =>
        {
            var (wanted, old) = (parsed.GetRequiredValue(id), parsed.GetRequiredValue(key));
            var db = SettingsDb.OpenExisting(parsed.GetRequiredValue(data), context.Time);
            if (!Store(db, context).RemoveKey(wanted, old))
            {
                throw new SettingsException($"project {wanted} has no old key {old}");
            }

            Log(context, db, "removed an old public key", old, wanted);
            context.Output.WriteLine($"Project {wanted} no longer takes {old}.");
            return ExitCode.Done;
        });
    }

    private static void Log(CliContext context, SettingsDb db, string action, string subject, uint project) =>
        new ActivityLog(db, context.Time).Add("command line", action, subject, project, "");

    private static void Print(CliContext context, Project project, string url, bool json, string? done)
    {
        var view = ProjectView.Of(project, url);
        if (json)
        {
            CliJson.Write(context, view);
            return;
        }

        if (done is not null)
        {
            context.Output.WriteLine($"{done} project {project.Id}, {project.Name}.");
        }

        CliTable.WritePairs(context,
        [
            ("ID", project.Id.ToString(CultureInfo.InvariantCulture)),
            ("Name", project.Name),
            ("Public key", view.PublicKey),
            ("Domains", view.Domains.Count == 0 ? "any" : string.Join(", ", view.Domains)),
            ("Time zone", view.Timezone),
            ("Week begins", view.WeekStart),
            ("Currency", view.Currency),
            ("Kept for", view.RetentionDays == 0 ? "ever" : $"{view.RetentionDays} days"),
            ("Events per second", view.EventsPerSecond == 0 ? "no limit" : view.EventsPerSecond.ToString(CultureInfo.InvariantCulture)),
            ("Events per day", view.EventsPerDay == 0 ? "no quota" : view.EventsPerDay.ToString(CultureInfo.InvariantCulture)),
            ("Events per month", view.EventsPerMonth == 0 ? "no quota" : view.EventsPerMonth.ToString(CultureInfo.InvariantCulture)),
            ("Series of metrics", view.MaxSeries == 0 ? "up to a million" : $"up to {view.MaxSeries.ToString(CultureInfo.InvariantCulture)}"),
            ("Privacy", view.Privacy + (view.DoNotTrack ? ", honours Do Not Track" : "")),
            ("Bots", view.AllowBots ? "count" : "dropped"),
            .. Lists(view),
            ("Event API", view.EventApiUrl),
            ("Matomo", $"{view.MatomoUrl}, site {view.MatomoSiteId}"),
        ]);
        context.Output.WriteLine();
        context.Output.WriteLine("Put this into the <head> of every page:");
        context.Output.WriteLine("  " + view.Snippet);
    }

    private static IEnumerable<(string, string)> Lists(ProjectView view)
    {
        if (view.ExcludedIps.Count > 0)
        {
            yield return ("Excluded addresses", string.Join(", ", view.ExcludedIps));
        }

        if (view.ExcludedPaths.Count > 0)
        {
            yield return ("Excluded paths", string.Join(", ", view.ExcludedPaths));
        }

        foreach (var (label, values) in new[]
        {
            ("Excluded hosts", view.ExcludedHosts), ("Excluded parameters", view.ExcludedParams), ("Allowed bots", view.AllowedBots), ("Chart embedded by", view.EmbedOrigins),
            ("Old keys", view.OldKeys),
        })
        {
            if (values.Count > 0)
            {
                yield return (label, string.Join(", ", values));
            }
        }

        if (view.PublicDashboard)
        {
            yield return ("Public", $"/public/{view.Id}{(view.PublicIndexed ? ", search engines welcome" : "")}");
        }

        foreach (var goal in view.Goals)
        {
            yield return ($"Goal {goal.Id}", goal.Name + (goal.Event is null ? $" (page {goal.Page})" : $" (event {goal.Event})"));
        }
    }

    private static ProjectStore Store(SettingsDb db, CliContext context) => new(db, context.Time);

    private static Argument<uint> Id() => new("ID") { Description = "Number of the project, as list shows it" };

    private static SettingsException Unknown(uint id) => new($"there is no project {id}");

    private static Option<string> Url(CliContext context) => new("--url")
    {
        HelpName = "URL",
        Description = "Address under which browsers reach the server (environment: SIGHTLINE_URL)",
        DefaultValueFactory = _ => context.Environment("SIGHTLINE_URL") is { Length: > 0 } url ? url : "http://localhost:8600",
    };

    private static string PublicUrl(ParseResult parsed, Option<string> url)
    {
        try
        {
            return OptionValues.PublicUrl(parsed.GetRequiredValue(url));
        }
        catch (FormatException e)
        {
            throw new InvalidSettingException("--url " + e.Message);
        }
    }
}
