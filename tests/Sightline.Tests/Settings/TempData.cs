using Microsoft.Extensions.Time.Testing;
using Sightline.Store.Settings;

namespace Sightline.Tests.Settings;

/// <summary>A data directory for one test, with a clock that stands still.</summary>
internal sealed class TempData : IDisposable
{
    public TempData()
    {
        Path = Directory.CreateTempSubdirectory("sightline-settings-").FullName;
        Time = new FakeTimeProvider(new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero));
    }

    public string Path { get; }

    public FakeTimeProvider Time { get; }

    public SettingsDb Open() => SettingsDb.Open(Path, Time);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
