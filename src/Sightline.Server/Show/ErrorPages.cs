using Sightline.Server.Receive;

namespace Sightline.Server.Show;

/// <summary>Browsers that ask for what is not there, or for what fails, get a page that says so and a way on. Programs get the status alone.</summary>
internal static partial class ErrorPages
{
    public static void UseErrorPages(this WebApplication app)
    {
        var logger = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(ErrorPages).FullName!);
        app.Use(async (context, next) =>
        {
            if (!WantsPage(context))
            {
                await next(context);
                return;
            }

            try
            {
                await next(context);
            }
            catch (Exception exception) when (!context.Response.HasStarted && !BrokenRequests.IsClients(context, exception))
            {
                LogFailed(logger, exception, context.Request.Method, context.Request.Path);
                context.Response.Clear();
                await PageResult.Message(
                    context, StatusCodes.Status500InternalServerError, "Something went wrong",
                    "The server could not make this page. It has written down why, in its log. Nothing you have entered elsewhere is lost; try again in a moment.", "/", "To the first page").ExecuteAsync(context);
                return;
            }

            if (context.Response is { StatusCode: StatusCodes.Status404NotFound, HasStarted: false } && context.GetEndpoint() is null)
            {
                await PageResult.Message(
                    context, StatusCodes.Status404NotFound, "No such page", "There is nothing at this address. It may be mistyped, or what stood here was removed.", "/", "To the first page").ExecuteAsync(context);
            }
        });
    }

    private static bool WantsPage(HttpContext context) =>
        HttpMethods.IsGet(context.Request.Method) && context.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Path} failed")]
    private static partial void LogFailed(ILogger logger, Exception exception, string method, string path);
}
