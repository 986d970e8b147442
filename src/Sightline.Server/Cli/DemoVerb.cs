using System.CommandLine;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Sightline.Log;
using Sightline.Server.Cli.Serving;
using Sightline.Server.Demo;
using Sightline.Server.Demo.Shop;
using Sightline.Server.Features.Accounts;
using Sightline.Server.Features.Explorer;
using Sightline.Server.Features.Tour;
using Sightline.Server.Receive;
using Sightline.Store;
using Sightline.Store.Settings;

namespace Sightline.Server.Cli;

/// <summary><c>sightline demo</c>: serve, with a shop to click through, its history, and visitors of the moment. See docs/demo.md.</summary>
internal static class DemoVerb
{
    public const string Name = "demo";

    private const string DefaultData = "./demo-data";
    // Twice the range the overview opens with, so that there is something to compare with.
    private const int DefaultDays = 60;
    private const int DefaultEvents = 160_000;

    public static Command New(CliContext context)
    {
        // Not from SIGHTLINE_DATA: that names the directory of the server people rely on.
        var data = new Option<string>("--data") { HelpName = "DIR", Description = "Directory of the demo alone; created when it is not there", DefaultValueFactory = _ => DefaultData };
        var listen = new Option<string>("--listen") { HelpName = "URL", Description = "Address to listen on", DefaultValueFactory = _ => "http://127.0.0.1:8600" };
        var days = Number("--days", "Days of history, today among them", DefaultDays, 1, 400);
        var events = Number("--events", "How much happened in these days", DefaultEvents, 100, 5_000_000);
        var quiet = new Option<bool>("--quiet-traffic") { Description = "No visitors but you" };
        return new Command(Name, "Try it: a shop with two months of history and live visitors").With(data, listen, days, events, quiet)
            .Does(context, (parsed, cancellationToken) => RunAsync(
                new ServeOptions
                {
                    Data = parsed.GetRequiredValue(data),
                    Listen = [Listen(parsed.GetRequiredValue(listen))],
                    LogLevel = LogLevel.Warning,
                    OwnerPassword = ServeVerb.OwnerPassword(context),
                    // Everything in it is invented: a browser on this machine looks without signing in.
                    LocalAccess = true,
                },
                parsed.GetValue(days), parsed.GetValue(events), parsed.GetValue(quiet), context, cancellationToken));
    }

    private static async Task<int> RunAsync(ServeOptions options, int days, int events, bool quiet, CliContext context, CancellationToken cancellationToken)
    {
        ListenCheck.Demand(options);
        await using var app = ServerApp.Build(options, context.Time);
        var project = DemoProject.Ensure(app.Services.GetRequiredService<SettingsDb>(), context.Time);
        app.MapDemoShop(project.PublicKey);
        await app.StartAsync(cancellationToken);
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses
            .First(address => !address.Contains("unix:", StringComparison.Ordinal)).TrimEnd('/')
            .Replace("://0.0.0.0", "://localhost", StringComparison.Ordinal).Replace("://[::]", "://localhost", StringComparison.Ordinal);
        var plan = FindOrMakePlan(options.Data, days, events, address, context.Time, out var isNew);
        if (isNew)
        {
            DemoNotes.Add(plan, project.Id, app.Services.GetRequiredService<NoteStore>());
        }

        var store = app.Services.GetRequiredService<EventStore>();
        var dashboard = DemoDashboard.Ensure(plan, project, store, app.Services.GetRequiredService<DataPath>().StorageRules, app.Services.GetRequiredService<ExplorerRules>(), app.Services.GetRequiredService<DashboardStore>());
        app.Services.GetRequiredService<Tours>().Set(project.Id, DemoTour.Of(plan, project.Id, dashboard));

        await context.Output.WriteLineAsync($"Sightline's demo: {address}/projects/{project.Id}");
        await context.Output.WriteLineAsync($"The shop, to click through: {address}{DemoCatalog.Home}");
        await context.Output.WriteLineAsync("A browser on this machine needs no password.");
        await app.Services.GetRequiredService<FirstOwner>().TellAsync(context.Output);
        await context.Output.FlushAsync(cancellationToken);

        using var client = new HttpClient { BaseAddress = new Uri(address) };
        var gate = app.Services.GetRequiredService<Gate>();
        var history = new DemoHistory(plan, project, gate, app.Services.GetRequiredService<DurableLog>(), store, context.Time);
        var run = new DemoRun(history, new DemoMetrics(plan, project, gate, store, context.Time), quiet ? null : new DemoTraffic(plan, project, client, context.Time, history.WrittenUntilMs()), context.Time, app.Services.GetRequiredService<ILogger<DemoRun>>());
        var running = run.RunAsync(
            written => context.Output.WriteLine($"{written:N0} data of {plan.Days} days are written{(quiet ? "" : "; visitors come and go")}. Ctrl+C ends it."),
            app.Lifetime.ApplicationStopping);
        await app.WaitForShutdownAsync(cancellationToken);
        await running;
        return app.Services.GetRequiredService<DataPath>().Engine.HasFailed ? ExitCode.Failed : ExitCode.Done;
    }

    private static DemoPlan FindOrMakePlan(string data, int days, int events, string address, TimeProvider time, out bool isNew)
    {
        // A directory keeps the plan it began with, wherever it listens now: its days must fit each other.
        isNew = DemoPlan.Find(data) is null;
        if (DemoPlan.Find(data) is { } found)
        {
            return found;
        }

        var made = new DemoPlan(Seed: 20261122, DemoPlan.DayOf(time.GetUtcNow()).AddDays(1 - days), days, events, address);
        made.Save(data);
        return made;
    }

    private static string Listen(string text)
    {
        try
        {
            return OptionValues.Listen(text);
        }
        catch (FormatException e)
        {
            throw new InvalidSettingException($"--listen {e.Message}");
        }
    }

    private static Option<int> Number(string name, string description, int standard, int least, int most)
    {
        var option = new Option<int>(name) { HelpName = "N", Description = description, DefaultValueFactory = _ => standard };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is var value && (value < least || value > most))
            {
                result.AddError($"{name} is {value}; from {least} to {most} it can be");
            }
        });
        return option;
    }
}
