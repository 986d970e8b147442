using Sightline.Store;

namespace Sightline.Tests.Store.Months;

/// <summary>A copy of a store's files as they are at a moment: what a process leaves that is killed then.</summary>
internal sealed class StoreCopy : IDisposable
{
    private readonly TempDirectory _directory = new();

    public StoreCopy(string directory)
    {
        System.IO.Directory.CreateDirectory(Directory);
        foreach (var path in System.IO.Directory.GetFiles(System.IO.Path.Combine(directory, "store")))
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var copy = File.Create(System.IO.Path.Combine(Directory, System.IO.Path.GetFileName(path)));
            file.CopyTo(copy);
        }
    }

    public string Directory => _directory.File("store");

    public string[] MonthFiles => [.. System.IO.Directory.GetFiles(Directory, "events-*").Select(path => System.IO.Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    public EventStore Open(TimeProvider clock) => EventStore.Open(_directory.Path, new EventStoreOptions { Threads = 2, SettleLateEvents = 1 }, clock);

    public void Dispose() => _directory.Dispose();
}
