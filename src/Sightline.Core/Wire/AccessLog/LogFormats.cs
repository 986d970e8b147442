namespace Sightline.Core.Wire.AccessLog;

/// <summary>The names formats have on the command line.</summary>
public static class LogFormats
{
    private static readonly (string Name, LogFormat Format)[] Table =
    [
        ("auto", LogFormat.Auto),
        ("common", LogFormat.Common),
        ("combined", LogFormat.Combined),
        ("common-vhost", LogFormat.CommonVhost),
        ("combined-vhost", LogFormat.CombinedVhost),
        ("nginx-json", LogFormat.NginxJson),
        ("iis", LogFormat.W3c),
        ("w3c", LogFormat.W3c),
        ("caddy", LogFormat.Caddy),
        ("cloudfront", LogFormat.CloudFront),
        ("elb", LogFormat.Elb),
        ("alb", LogFormat.Elb),
        ("s3", LogFormat.S3),
        ("traefik", LogFormat.Traefik),
        ("haproxy", LogFormat.HaProxy),
    ];

    public static IEnumerable<string> Names => Table.Select(static entry => entry.Name);

    public static bool TryParse(string name, out LogFormat format)
    {
        foreach (var entry in Table)
        {
            if (string.Equals(entry.Name, name, StringComparison.OrdinalIgnoreCase))
            {
                format = entry.Format;
                return true;
            }
        }

        format = LogFormat.Auto;
        return false;
    }

    /// <summary>The first of the format's names.</summary>
    public static string NameOf(LogFormat format) => Array.Find(Table, entry => entry.Format == format).Name;
}
