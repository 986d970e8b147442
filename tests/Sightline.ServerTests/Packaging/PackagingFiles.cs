using Sightline.ServerTests.Pages;

namespace Sightline.ServerTests.Packaging;

/// <summary>The files of <c>packaging/</c>, as they are shipped.</summary>
internal static class PackagingFiles
{
    public static string Read(string name) => File.ReadAllText(Path.Combine(Checkout.Root, "packaging", name));

    /// <summary>Replaces what must be there: a shipped file that has changed is noticed.</summary>
    public static string Put(this string text, string old, string @new)
    {
        Assert.Contains(old, text, StringComparison.Ordinal);
        return text.Replace(old, @new, StringComparison.Ordinal);
    }
}
