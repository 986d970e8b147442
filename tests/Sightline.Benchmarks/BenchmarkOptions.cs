namespace Sightline.Benchmarks;

/// <summary>Options of a benchmark: pairs of a name and a value, and flags that have none.</summary>
internal static class BenchmarkOptions
{
    public static Dictionary<string, string> Parse(string[] args, params ReadOnlySpan<string> known) => Parse(args, flags: [], known);

    public static Dictionary<string, string> Parse(string[] args, string[] flags, params ReadOnlySpan<string> known)
    {
        Dictionary<string, string> options = new(StringComparer.Ordinal);
        for (var i = 0; i < args.Length; i++)
        {
            if (flags.Contains(args[i], StringComparer.Ordinal))
            {
                options[args[i]] = "yes";
                continue;
            }

            if (!known.Contains(args[i]) || i + 1 == args.Length)
            {
                throw new ArgumentException($"unknown option or missing value: {args[i]}; options are {string.Join(", ", [.. known, .. flags])}");
            }

            options[args[i]] = args[++i];
        }

        return options;
    }
}
