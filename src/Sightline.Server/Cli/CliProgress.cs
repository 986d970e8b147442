using System.Globalization;
using Spectre.Console;

namespace Sightline.Server.Cli;

/// <summary>Bars while a verb works, when a person looks on: a terminal, and words rather than JSON.</summary>
internal static class CliProgress
{
    /// <param name="context">Its console is drawn on.</param>
    /// <param name="isJson">Nobody looks on.</param>
    /// <param name="begin">Makes the bars, and returns what is told each tick.</param>
    /// <param name="work">Given <see langword="null"/> when nobody looks on.</param>
    public static async Task<TReport> ShowAsync<TTick, TReport>(CliContext context, bool isJson, Func<ProgressContext, Action<TTick>> begin, Func<Action<TTick>?, Task<TReport>> work) =>
        isJson || !context.IsTerminal
            ? await work(null)
            : await context.NewConsole().Progress().AutoClear(true)
                .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
                .StartAsync(progress => work(begin(progress)));

    /// <summary>How many a second, also of what took no time.</summary>
    public static long PerSecond(long count, TimeSpan took) => (long)(count / Math.Max(0.001, took.TotalSeconds));

    /// <summary>With thousands apart: <c>1,234,567</c>.</summary>
    public static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
