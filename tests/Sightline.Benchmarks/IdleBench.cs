using System.Globalization;

namespace Sightline.Benchmarks;

/// <summary>
/// <c>idle [MINUTES]</c>: what a server costs that nobody uses, without a project and then with one, whose own metrics are kept: memory, processor time, and what the system
/// wrote to the disk for it (blocks, not calls) from the second minute on. Less than an hour leaves out checkpoints, which come every half hour then, and the hourly upkeep.
/// </summary>
internal static class IdleBench
{
    public static async Task<int> RunAsync(string[] args)
    {
        var length = TimeSpan.FromMinutes(args.Length > 0 ? double.Parse(args[0], CultureInfo.InvariantCulture) : 65);
        using var server = await ServerProcess.StartAsync();
        await Task.Delay(TimeSpan.FromSeconds(20));
        Say("without a project", await ProcessSnapshot.TakeAsync(server));
        server.AddProject();
        await Task.Delay(TimeSpan.FromMinutes(2));
        var (bytes, time) = (WrittenBytes(server), server.ProcessorTime());
        await Task.Delay(length);
        Say("with a project", await ProcessSnapshot.TakeAsync(server));
        var aDay = TimeSpan.FromDays(1) / length;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"written in {length.TotalMinutes:F0} minutes {(WrittenBytes(server) - bytes) / 1e6:F2} MB, that is {(WrittenBytes(server) - bytes) * aDay / 1e6:F0} MB a day; processor {(server.ProcessorTime() - time) / length:P2}"));
        return 0;
    }

    private static void Say(string when, ProcessSnapshot now) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"{when}: resident {now.Resident >> 20} MiB ({now.Resident / 1e6:F0} MB), of it {now.Anonymous >> 20} anonymous; managed heap {now.Heap >> 20} MiB; {now.Threads} threads"));

    private static long WrittenBytes(ServerProcess server) =>
        long.Parse(File.ReadLines($"/proc/{server.Id}/io").First(static line => line.StartsWith("write_bytes: ", StringComparison.Ordinal))[13..], CultureInfo.InvariantCulture);
}
