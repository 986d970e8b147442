using System.Text;
using Sightline.Core.Wire.Graphite;

namespace Sightline.Server.Import;

/// <summary>The whisper files below a directory, and the series their places stand for, as carbon lays them out.</summary>
internal static class WhisperTree
{
    private const string Extension = ".wsp";
    private const string Tagged = "_tagged/";

    /// <summary>Paths of every file, in order.</summary>
    /// <exception cref="ImportException">The directory cannot be read.</exception>
    public static List<string> Files(string directory)
    {
        if (File.Exists(directory))
        {
            throw new ImportException($"{directory} is a file: give the directory that carbon calls LOCAL_DATA_DIR, for names come from the paths below it");
        }

        if (!Directory.Exists(directory))
        {
            throw new ImportException($"there is no directory {directory}");
        }

        var every = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None, IgnoreInaccessible = false, MaxRecursionDepth = 100 };
        try
        {
            // A link to a directory above would be walked for ever.
            var links = new System.IO.Enumeration.FileSystemEnumerable<string>(directory, static (ref System.IO.Enumeration.FileSystemEntry entry) => entry.ToFullPath(), every)
            {
                ShouldIncludePredicate = static (ref System.IO.Enumeration.FileSystemEntry entry) => !entry.IsDirectory && entry.FileName.EndsWith(Extension, StringComparison.Ordinal),
                ShouldRecursePredicate = static (ref System.IO.Enumeration.FileSystemEntry entry) => (entry.Attributes & FileAttributes.ReparsePoint) == 0,
            };
            var files = links.ToList();
            files.Sort(StringComparer.Ordinal);
            return files;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ImportException(e.Message, e);
        }
    }

    /// <summary>The canonical name of a file's series.</summary>
    /// <param name="path">Below the directory, with slashes.</param>
    /// <param name="fault">Why there is none.</param>
    public static string? NameOf(string path, out string fault)
    {
        fault = "";
        var name = path[..^Extension.Length];
        if (name.StartsWith(Tagged, StringComparison.Ordinal))
        {
            name = name[(name.LastIndexOf('/') + 1)..];
            if (!name.Contains(';', StringComparison.Ordinal))
            {
                fault = "its name is only the hash of its series' name, which cannot be told from it";
                return null;
            }

            name = name.Replace("_DOT_", ".", StringComparison.Ordinal);
        }
        else
        {
            name = name.Replace('/', '.');
        }

        var check = SeriesName.Check(Encoding.UTF8.GetBytes(name), out var canonical);
        fault = check == GraphiteFault.None ? "" : "its path gives no name of a series";
        return check == GraphiteFault.None ? Encoding.UTF8.GetString(canonical) : null;
    }
}
