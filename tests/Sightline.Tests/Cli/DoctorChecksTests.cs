using Sightline.Server.Cli.Doctor;

namespace Sightline.Tests.Cli;

public sealed class DoctorChecksTests
{
    [Theory]
    [InlineData("Max open files            1024                 512                  files     ", FindingState.Fail)]
    [InlineData("Max open files            1024                 4096                 files     ", FindingState.Warn)]
    [InlineData("Max open files            1024                 524288               files     ", FindingState.Ok)]
    [InlineData("Max open files            unlimited            unlimited            files     ", FindingState.Ok)]
    [InlineData("Max processes             1                    1                    processes ", FindingState.Warn)]
    internal void Open_file_limit_is_judged(string limits, FindingState state) => Assert.Equal(state, MachineChecks.OpenFiles($"Limit   Soft   Hard\n{limits}\n").State);

    [Theory]
    [InlineData("212992", FindingState.Warn)]
    [InlineData("4194304", FindingState.Ok)]
    [InlineData(null, FindingState.Warn)]
    internal void Receive_buffers_are_judged(string? rmemMax, FindingState state) => Assert.Equal(state, MachineChecks.ReceiveBuffers(rmemMax).State);

    [Theory]
    [InlineData("# HELP sightline_log_gap_bytes x\nsightline_log_gap_bytes 12\n", FindingState.Ok)]
    [InlineData("sightline_log_gap_bytes 1e9\n", FindingState.Warn)]
    [InlineData("other 1\n", FindingState.Warn)]
    internal void The_log_gap_is_judged(string metrics, FindingState state) => Assert.Equal(state, ServerChecks.Gap(metrics).State);

    [Fact]
    public void A_clock_behind_the_data_fails()
    {
        var directory = Directory.CreateTempSubdirectory("sightline-doctor-");
        try
        {
            var now = new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);
            var file = Path.Combine(directory.FullName, "x");
            File.WriteAllText(file, "");
            File.SetLastWriteTimeUtc(file, now.UtcDateTime);
            Assert.NotEqual(FindingState.Fail, MachineChecks.Clock(directory.FullName, now).State);
            Assert.Equal(FindingState.Fail, MachineChecks.Clock(directory.FullName, now.AddDays(-1)).State);
            Assert.Equal(FindingState.Fail, MachineChecks.Clock(directory.FullName, DateTimeOffset.UnixEpoch).State);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }
}
