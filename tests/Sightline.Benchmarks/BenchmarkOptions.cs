namespace Sightline.Benchmarks;

/// <summary>Options of a benchmark: pairs of a name and a value.</summary>
internal static class BenchmarkOptions
{
    public static Dictionary<string, string> Parse(string[] args, params ReadOnlySpan<string> known)
    {
        Dictionary<string, string> options = new(StringComparer.Ordinal);
        for (var i = 0; i < args.Length; i += 2)
        {
            if (!known.Contains(args[i]) || i + 1 == args.Length)
            {
                throw new ArgumentException($"unknown option or missing value: {args[i]}; options are {string.Join(", ", known!)}");
            }
            options[args[i]] = args[i + 1];
        }
        return options;
    }
}
