using System.Text.Encodings.Web;
using System.Text.Json;

namespace Sightline.Server.Backup;

/// <summary>What one backup holds: the last file written of it. Without a manifest there is no backup.</summary>
internal sealed record BackupManifest
{
    public const string FileName = "manifest.json";
    public const int CurrentFormat = 1;

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
    };

    public required int Format { get; init; }

    /// <summary>Name of its directory: when it was begun, UTC.</summary>
    public required string Name { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Of Sightline.</summary>
    public required string Version { get; init; }

    /// <summary>Of the store's engine.</summary>
    public required string Engine { get; init; }

    /// <summary>Of the store's main file; <see langword="null"/>: taken while no server ran, so it was not opened.</summary>
    public int? StoreSchema { get; init; }

    /// <summary>Everything of the log before this is in the store's files; <see langword="null"/>: not looked at.</summary>
    public long? StoredPosition { get; init; }

    /// <summary>Everything acknowledged before this is in the backup, and nothing after; <see langword="null"/>: everything.</summary>
    public long? LogEnd { get; init; }

    public double Seconds { get; init; }

    /// <summary>How long the store's writer waited. Nobody who sends did: the log went on.</summary>
    public double WriterWaitedMilliseconds { get; init; }

    public required IReadOnlyList<BackupFile> Files { get; init; }

    public long Bytes => Files.Sum(file => file.Size);

    public static BackupManifest Read(string path)
    {
        try
        {
            var manifest = JsonSerializer.Deserialize<BackupManifest>(File.ReadAllBytes(path), Json)
                ?? throw new BackupException($"{path} is empty: the backup is damaged");
            return manifest.Format == CurrentFormat
                ? manifest
                : throw new BackupException($"{path} has format {manifest.Format}; this version knows {CurrentFormat}: use the newer version of Sightline that wrote it");
        }
        catch (JsonException failure)
        {
            throw new BackupException($"{path} cannot be read: the backup is damaged ({failure.Message})", failure);
        }
    }

    public void Write(string path)
    {
        using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write);
        JsonSerializer.Serialize(file, this, Json);
        file.Flush(flushToDisk: true);
    }
}

/// <summary>One file of a backup.</summary>
/// <param name="Path">Where it belongs in a data directory: <c>store/main.duckdb</c>.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Sha256">In hexadecimal.</param>
/// <param name="Shared">It lies in <c>months</c> under its checksum, where other backups may use it too.</param>
/// <param name="Modified">When the original was written last: such a file never changes, so a later backup knows it again without reading it.</param>
internal sealed record BackupFile(string Path, long Size, string Sha256, bool Shared, DateTimeOffset Modified);
