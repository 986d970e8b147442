namespace Sightline.Tests.Architecture;

/// <summary>The repository's own source files, as the architecture tests read them.</summary>
internal static class SourceTree
{
    public static readonly string Root = FindRoot();

    public static IEnumerable<(string Path, string Text)> Files(string folder, string pattern = "*.cs") =>
        Directory.EnumerateFiles(System.IO.Path.Combine(Root, folder), pattern, SearchOption.AllDirectories)
            .Where(path => !path.Contains("/obj/", StringComparison.Ordinal) && !path.Contains("/bin/", StringComparison.Ordinal))
            .Select(path => (System.IO.Path.GetRelativePath(Root, path), File.ReadAllText(path)));

    private static string FindRoot()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = System.IO.Path.GetDirectoryName(folder))
        {
            if (File.Exists(System.IO.Path.Combine(folder, "Sightline.slnx")))
            {
                return folder;
            }
        }

        throw new InvalidOperationException("the tests do not run inside the repository");
    }
}
