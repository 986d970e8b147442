namespace Sightline.ServerTests.Pages;

/// <summary>Where the sources are, for files that only tests need.</summary>
internal static class Checkout
{
    public static readonly string Root = Find();

    private static string Find()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "Sightline.slnx")))
            {
                return folder;
            }
        }

        throw new InvalidOperationException("the tests do not run inside the repository");
    }
}
