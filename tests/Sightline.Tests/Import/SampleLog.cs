namespace Sightline.Tests.Import;

/// <summary>Finds the real log the tests read.</summary>
internal static class SampleLog
{
    private const string Name = "apache-combined-2015.log.gz";

    /// <summary>The file, or the test ends as skipped and says what is missing.</summary>
    public static string PathOrSkip()
    {
        if (Environment.GetEnvironmentVariable("SIGHTLINE_SAMPLE_LOG") is { Length: > 0 } given)
        {
            Assert.True(File.Exists(given), $"SIGHTLINE_SAMPLE_LOG names {given}, which is not there");
            return given;
        }

        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "Sightline.slnx")))
            {
                var beside = Path.Combine(directory.Parent!.FullName, "shared", "data", Name);
                if (File.Exists(beside))
                {
                    return beside;
                }
            }
        }

        Assert.Skip($"{Name} is not here: set SIGHTLINE_SAMPLE_LOG, or place it in ../shared/data beside the checkout");
        return "";
    }
}
