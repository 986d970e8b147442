using System.Globalization;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using Sightline.Core.Model;
using Sightline.Server.Access;
using Sightline.Server.Features.Settings;
using Sightline.Server.Show;
using Sightline.Store;
using Sightline.Store.Settings;

namespace Sightline.Server.Features.Imports;

/// <summary><c>/projects/{id}/imports</c>: log files uploaded, looked at, started, watched and stopped.</summary>
internal static class ImportsEndpoints
{
    private const string Root = "/projects/{id}/imports";
    private const int WatchSeconds = 2;

    public static IServiceCollection AddImports(this IServiceCollection services) => services
        .AddSingleton<ImportJobStore>().AddSingleton<ImportFiles>().AddSingleton<CommandLineImports>()
        .AddSingleton<ImportRunner>().AddHostedService(provider => provider.GetRequiredService<ImportRunner>());

    public static void MapImportPages(this IEndpointRouteBuilder app)
    {
        app.MapGet(Root, (string id, HttpContext context, ProjectSettings settings, ImportJobStore jobs, EventStore store, IAntiforgery antiforgery, TimeProvider time) =>
            List(context, Find(id, settings), jobs, store, antiforgery, time, null)).RequireRight(Right.ChangeProject);
        app.MapPost(Root + "/upload", UploadAsync).RequireRight(Right.ChangeProject).WithMetadata(new LargeForm(ImportFiles.MostBytes + (1024 * 1024)));
        app.MapGet(Root + "/{job}", ShowJob).RequireRight(Right.ChangeProject);
        app.MapPost(Root + "/{job}/start", StartAsync).RequireRight(Right.ChangeProject);
        app.MapPost(Root + "/{job}/cancel", Cancel).RequireRight(Right.ChangeProject);
    }

    private static async Task<IResult> UploadAsync(
        string id, HttpContext context, ProjectSettings settings, ImportJobStore jobs, ImportFiles files, EventStore store, IAntiforgery antiforgery, TimeProvider time)
    {
        var project = Find(id, settings);
        var folder = ImportFiles.NewFolder();
        try
        {
            if (await SaveAsync(context, files, folder) is not { } saved)
            {
                throw new InvalidSettingException("no file was chosen");
            }

            var job = jobs.Add(project.Id, ImportOrigin.Upload, saved.Name, Caller.Of(context).Name, saved.Length);
            files.Adopt(folder, job);
            settings.Log(context, project.Id, "uploaded a log file", job.Name);
            return Results.LocalRedirect(string.Create(CultureInfo.InvariantCulture, $"~/projects/{project.Id}/imports/{job.Id}"));
        }
        catch (Exception fault) when (fault is InvalidSettingException or IOException)
        {
            files.Forget(folder);
            return List(context, project, jobs, store, antiforgery, time, fault is InvalidSettingException ? fault.Message : "the upload broke off or could not be written; nothing was imported");
        }
        catch (OperationCanceledException)
        {
            files.Forget(folder);
            throw;
        }
    }

    private static async Task<(string Name, long Length)?> SaveAsync(HttpContext context, ImportFiles files, string folder)
    {
        if (!MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var type) || HeaderUtilities.RemoveQuotes(type.Boundary).Value is not { Length: > 0 and <= 200 } boundary)
        {
            return null;
        }

        var reader = new MultipartReader(boundary, context.Request.Body);
        while (await reader.ReadNextSectionAsync(context.RequestAborted) is { } section)
        {
            if (section.GetContentDispositionHeader() is { } disposition && disposition.IsFileDisposition())
            {
                var name = HeaderUtilities.RemoveQuotes(disposition.FileNameStar.Length > 0 ? disposition.FileNameStar : disposition.FileName).Value ?? "";
                if (name.Length > 0)
                {
                    return (name[(name.LastIndexOfAny(['/', '\\']) + 1)..], await files.SaveAsync(folder, name, section.Body, context.RequestAborted));
                }
            }
        }

        return null;
    }

    private static IResult ShowJob(string id, string job, HttpContext context, ProjectSettings settings, ImportJobStore jobs, ImportFiles files, TimeProvider time) =>
        FindJob(id, job, jobs) is { } found ? JobPage(context, Find(id, settings), found, files, time, null) : NoJob(context, id);

    private static async Task<IResult> StartAsync(
        string id, string job, HttpContext context, ProjectSettings settings, ImportJobStore jobs, ImportFiles files, ImportRunner runner, TimeProvider time)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var project = Find(id, settings);
        if (FindJob(id, job, jobs) is not { } found)
        {
            return NoJob(context, id);
        }

        try
        {
            if (jobs.Start(project.Id, found.Id, ImportReading.Of(name => form[name]).Text))
            {
                settings.Log(context, project.Id, "started an import", found.Name);
                runner.Wake();
            }
        }
        catch (InvalidSettingException fault)
        {
            return JobPage(context, project, found, files, time, fault.Message);
        }

        return Results.LocalRedirect(string.Create(CultureInfo.InvariantCulture, $"~/projects/{project.Id}/imports/{found.Id}"));
    }

    private static IResult Cancel(string id, string job, HttpContext context, ProjectSettings settings, ImportJobStore jobs, ImportRunner runner)
    {
        if (FindJob(id, job, jobs) is not { Origin: ImportOrigin.Upload } found)
        {
            return NoJob(context, id);
        }

        if (runner.Cancel(found))
        {
            settings.Log(context, found.Project, "stopped an import", found.Name);
        }

        return Results.LocalRedirect(string.Create(CultureInfo.InvariantCulture, $"~/projects/{found.Project}/imports"));
    }

    private static IResult List(
        HttpContext context, Project project, ImportJobStore jobs, EventStore store, IAntiforgery antiforgery, TimeProvider time, string? fault) => PageResult.Form<ImportsPage>(
        context,
        new()
        {
            [nameof(ImportsPage.Project)] = project,
            [nameof(ImportsPage.Jobs)] = jobs.Of(project.Id),
            [nameof(ImportsPage.Files)] = store.ImportProgress(project.Id),
            [nameof(ImportsPage.UploadToken)] = antiforgery.GetAndStoreTokens(context).RequestToken,
            [nameof(ImportsPage.NowMs)] = time.GetUtcNow().ToUnixTimeMilliseconds(),
            [nameof(ImportsPage.Fault)] = fault is null ? null : fault + ".",
        },
        fault is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);

    private static IResult JobPage(HttpContext context, Project project, ImportJob job, ImportFiles files, TimeProvider time, string? fault)
    {
        var reading = job.State == ImportState.Uploaded ? new ImportReading(Zone: project.TimeZone) : ImportReading.Parse(job.Options);
        if (fault is null && job.State == ImportState.Uploaded && context.Request.Query.Count > 0)
        {
            try
            {
                reading = ImportReading.Of(name => context.Request.Query[name]);
            }
            catch (InvalidSettingException wrong)
            {
                fault = wrong.Message;
            }
        }

        if (job.State == ImportState.Running)
        {
            // Without a script, too.
            context.Response.Headers["Refresh"] = WatchSeconds.ToString(CultureInfo.InvariantCulture);
        }

        return PageResult.Form<ImportJobPage>(
            context,
            new()
            {
                [nameof(ImportJobPage.Project)] = project,
                [nameof(ImportJobPage.Job)] = job,
                [nameof(ImportJobPage.Reading)] = reading,
                [nameof(ImportJobPage.Preview)] = job.State == ImportState.Uploaded ? files.Look(job, reading) : null,
                [nameof(ImportJobPage.NowMs)] = time.GetUtcNow().ToUnixTimeMilliseconds(),
                [nameof(ImportJobPage.Fault)] = fault is null ? null : fault + ".",
            },
            fault is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
    }

    private static IResult NoJob(HttpContext context, string id) =>
        PageResult.Message(context, StatusCodes.Status404NotFound, "No such import", "There is no import of that number.", $"/projects/{id}/imports", "To the imports");

    private static ImportJob? FindJob(string id, string job, ImportJobStore jobs) =>
        long.TryParse(job, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? jobs.Find(uint.Parse(id, NumberStyles.None, CultureInfo.InvariantCulture), number) : null;

    // The gate let the request pass, so the project was there a moment ago.
    private static Project Find(string id, ProjectSettings settings) =>
        settings.Find(uint.Parse(id, NumberStyles.None, CultureInfo.InvariantCulture)) ?? throw new BadHttpRequestException("the project was removed", StatusCodes.Status404NotFound);
}
