using System.Diagnostics;
using Sightline.ServerTests.Pages;

namespace Sightline.ServerTests.Packaging;

public sealed class CheckTests
{
    /// <summary>
    /// The script that an operator runs, on the build instead of on what is published from it: systemd's own judgement of the unit, and the program as
    /// the container runs it, without any right, on a read-only root.
    /// </summary>
    [Fact]
    public async Task The_unit_and_the_steps_of_the_container_hold()
    {
        Assert.SkipUnless(Environment.UserName == "root", "only root may make the container's root");
        var build = Path.Combine(Checkout.Root, "src/Sightline.Server/bin", new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name, "net10.0");
        var start = new ProcessStartInfo(Path.Combine(Checkout.Root, "packaging/check"), [build]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var check = Process.Start(start)!;
        try
        {
            var (output, error) = (check.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken), check.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
            await check.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromMinutes(3), TestContext.Current.CancellationToken);
            Assert.True(check.ExitCode == 0, await output + await error);
            Assert.EndsWith("all is as promised\n", await output, StringComparison.Ordinal);
        }
        finally
        {
            if (!check.HasExited)
            {
                check.Kill(entireProcessTree: true);
            }
        }
    }
}
