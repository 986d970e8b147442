using System.Globalization;

namespace Sightline.Benchmarks;

/// <summary>What a server holds at a moment, of its process and of its disk.</summary>
/// <param name="Resident">Bytes in memory, with libraries' pages that other processes may share.</param>
/// <param name="Anonymous">Bytes in memory that are its own alone.</param>
/// <param name="Heap">Bytes of the managed heap after the last collection.</param>
/// <param name="Files">Open descriptors.</param>
/// <param name="Threads">Threads.</param>
/// <param name="Log">Bytes of the log's segments.</param>
/// <param name="Store">Bytes of the store's files.</param>
/// <param name="Behind">Bytes of the log that the store does not have.</param>
internal sealed record ProcessSnapshot(long Resident, long Anonymous, long Heap, int Files, int Threads, long Log, long Store, long Behind)
{
    public static async Task<ProcessSnapshot> TakeAsync(ServerProcess server)
    {
        var memory = (await File.ReadAllLinesAsync($"/proc/{server.Id}/smaps_rollup")).Select(static line => line.Split(':'))
            .Where(static parts => parts.Length == 2 && parts[1].EndsWith(" kB", StringComparison.Ordinal))
            .ToDictionary(static parts => parts[0], static parts => long.Parse(parts[1][..^3], CultureInfo.InvariantCulture) << 10, StringComparer.Ordinal);
        return new ProcessSnapshot(
            memory["Rss"],
            memory["Anonymous"],
            (long)await server.MetricAsync("sightline_process_heap_bytes"),
            Directory.EnumerateFileSystemEntries($"/proc/{server.Id}/fd").Count(),
            Directory.EnumerateFileSystemEntries($"/proc/{server.Id}/task").Count(),
            Bytes(server, "log"),
            Bytes(server, "store"),
            (long)await server.MetricAsync("sightline_log_gap_bytes"));
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Resident >> 20,8} {Anonymous >> 20,10} {Heap >> 20,9} | {Files,5} {Threads,7} | {Log >> 20,3} {Store >> 20,10} {Behind >> 10,11}");

    private static long Bytes(ServerProcess server, string folder) =>
        new DirectoryInfo(Path.Combine(server.Data, folder)).EnumerateFiles("*", SearchOption.AllDirectories).Sum(static file => file.Exists ? file.Length : 0);
}
