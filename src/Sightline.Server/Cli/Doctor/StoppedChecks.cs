using System.Globalization;
using Sightline.Store;

namespace Sightline.Server.Cli.Doctor;

/// <summary>What a stopped server left: can it be opened again?</summary>
internal static class StoppedChecks
{
    public static IReadOnlyList<Finding> Run(string data, TimeProvider time)
    {
        if (!File.Exists(Path.Combine(data, "store", "main.duckdb")))
        {
            return [Finding.Ok("store", "none yet; serve creates it")];
        }

        using var held = DataDirectory.TryTake(data);
        if (held is null)
        {
            return [Finding.Warn("store", "another sightline process is using it (an import?); look again when it is done")];
        }

        try
        {
            using var store = EventStore.Open(data, new EventStoreOptions(), time);
            var files = store.Files();
            return [Finding.Ok("store", string.Create(CultureInfo.InvariantCulture,
                $"opens; {(files.MainBytes + files.LogBytes + files.MonthBytes) >> 20} MiB, {files.Months} settled months"))];
        }
        catch (Exception e)
        {
            // Whatever it is, the operator is to read it: that is what this verb is for.
            return [Finding.Fail("store", $"does not open: {e.Message}")];
        }
    }
}
