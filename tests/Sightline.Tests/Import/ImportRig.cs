using System.IO.Compression;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using Sightline.Server.Import;

namespace Sightline.Tests.Import;

/// <summary>A scratch directory with logs in it, and imports of them into memory.</summary>
internal sealed class ImportRig : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("sightline-import-");

    /// <summary>A minute in which files written by the test count as being written.</summary>
    public FakeTimeProvider Clock { get; } = new(DateTimeOffset.UtcNow);

    public MemoryTarget Target { get; } = new();

    public string Path(string name) => System.IO.Path.Combine(_directory.FullName, name);

    public string Write(string name, ReadOnlySpan<byte> content)
    {
        File.WriteAllBytes(Path(name), content);
        return Path(name);
    }

    public string Write(string name, string content) => Write(name, Encoding.UTF8.GetBytes(content));

    public Task<ImportReport> RunAsync(params string[] files) => RunAsync(new ImportRequest { Project = 1, Files = files, SliceLines = 7 });

    public Task<ImportReport> RunAsync(ImportRequest request, byte[]? standardInput = null) =>
        new Importer(Target, Clock, () => new MemoryStream(standardInput ?? [])).RunAsync(request, TestContext.Current.CancellationToken);

    public static byte[] Gzip(params byte[][] members)
    {
        var output = new MemoryStream();
        foreach (var member in members)
        {
            using var packer = new GZipStream(output, CompressionLevel.Fastest, leaveOpen: true);
            packer.Write(member);
        }

        return output.ToArray();
    }

    public static string Line(int number, string path = "page") =>
        $"192.0.2.{number % 200} - - [17/May/2015:10:{number / 240 % 60:00}:{number / 4 % 60:00} +0000] \"GET /{path}{number} HTTP/1.1\" 200 12 \"-\" \"UA\"\n";

    public static string Log(int lines, int from = 0) => string.Concat(Enumerable.Range(from, lines).Select(number => Line(number)));

    public void Dispose() => _directory.Delete(recursive: true);
}
