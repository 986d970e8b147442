namespace Sightline.Server.Cli.Serving;

/// <summary>Options as they stand after all sources are read.</summary>
/// <param name="Options">Complete only when there are no faults.</param>
/// <param name="Sources">For each option: the values in force and where they come from.</param>
/// <param name="Faults">All of them, each a line for the operator.</param>
internal sealed record ReadServeOptions(ServeOptions Options, IReadOnlyList<(string Name, string Value, string Source)> Sources, IReadOnlyList<string> Faults);

/// <summary>
/// Joins the sources of options. For each option the first that names it counts, whole: the command line, the environment, the
/// configuration file, the default.
/// </summary>
internal static class ServeOptionsReader
{
    public const string DefaultData = "./data";

    /// <param name="arguments">Values given on the command line, by option name.</param>
    /// <param name="environment">Looks up a variable.</param>
    /// <param name="configFile">As named on the command line.</param>
    public static ReadServeOptions Read(
        IReadOnlyDictionary<string, IReadOnlyList<string>> arguments, Func<string, string?> environment, string? configFile)
    {
        var faults = new List<string>();
        configFile ??= environment("SIGHTLINE_CONFIG") is { Length: > 0 } named ? named : null;
        var file = configFile is null ? [] : ConfigFile.Read(configFile, faults);
        var options = new ServeOptions { Data = DefaultData };
        var sources = new List<(string, string, string)>();
        foreach (var spec in ServeOptionTable.All)
        {
            // Only variables of options are looked at: others beginning with SIGHTLINE_ are common (Kubernetes makes them for a service of that name).
            var variable = environment(spec.Variable);
            var (values, source) =
                arguments.TryGetValue(spec.Name, out var given) ? (given, "--" + spec.Name)
                : variable is { Length: > 0 } ? (spec.Repeatable ? variable.Split(',', StringSplitOptions.TrimEntries) : [variable], spec.Variable)
                : file.TryGetValue(spec.Name, out var written) ? ((IReadOnlyList<string>)written, $"{configFile}: {spec.Name}")
                : ([], "default");
            sources.Add((spec.Name, values.Count == 0 ? spec.Default : string.Join(", ", values), source));
            if (values.Count > 0)
            {
                try
                {
                    options = spec.Apply(options, values);
                }
                catch (FormatException e)
                {
                    faults.Add($"{source} {e.Message}");
                }
            }
        }

        if (options.MaxLogGapBytes < options.LogSegmentBytes)
        {
            faults.Add("max-log-gap is smaller than log-segment: the log could never take a whole segment");
        }

        faults.AddRange(TlsFaults(options));
        return new ReadServeOptions(options, sources, faults);
    }

    private static IEnumerable<string> TlsFaults(ServeOptions options)
    {
        var isListening = options.Listen.Any(address => ListenAddress.Parse(address).IsTls);
        if ((options.TlsCertificate is null) != (options.TlsKey is null))
        {
            return [options.TlsKey is null ? "tls-cert is given without tls-key" : "tls-key is given without tls-cert"];
        }

        if (options is not { TlsCertificate: { } certificate, TlsKey: { } key })
        {
            return isListening ? ["listen has an address of https, which needs tls-cert and tls-key; or put a proxy such as nginx or Caddy in front, and listen on http"] : [];
        }

        if (!isListening)
        {
            return ["tls-cert is given, but listen has no address of https: nobody would get the certificate"];
        }

        try
        {
            _ = new Tls.CertificateFile(certificate, key);
            return [];
        }
        catch (FormatException failure)
        {
            return [failure.Message];
        }
    }
}
