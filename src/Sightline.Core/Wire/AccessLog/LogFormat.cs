namespace Sightline.Core.Wire.AccessLog;

/// <summary>How a line of an access log is laid out. Written to disk in the reader's state: numbers never change meaning.</summary>
public enum LogFormat : byte
{
    /// <summary>Found out line by line; the format of the line before is tried first.</summary>
    Auto = 0,
    /// <summary>NCSA common: no referrer, no user agent.</summary>
    Common = 1,
    /// <summary>NCSA combined, the default of nginx and Apache.</summary>
    Combined = 2,
    /// <summary>Common behind the virtual host (<c>www.example.com:443 1.2.3.4 - - [...</c>).</summary>
    CommonVhost = 3,
    /// <summary>Combined behind the virtual host, Debian's <c>other_vhosts_access.log</c>.</summary>
    CombinedVhost = 4,
    /// <summary>One JSON object a line, keys as nginx configurations name them.</summary>
    NginxJson = 5,
    /// <summary>W3C extended, its fields named by <c>#Fields:</c>; values as IIS writes them (<c>+</c> for a space).</summary>
    W3c = 6,
    /// <summary>Caddy's JSON access log.</summary>
    Caddy = 7,
    /// <summary>CloudFront's standard log: W3C extended with percent-encoded values.</summary>
    CloudFront = 8,
    /// <summary>Elastic load balancers of AWS, classic and application.</summary>
    Elb = 9,
    /// <summary>S3 server access logs.</summary>
    S3 = 10,
    /// <summary>Traefik's JSON access log.</summary>
    Traefik = 11,
    /// <summary>HAProxy's HTTP log, behind a syslog prefix or bare.</summary>
    HaProxy = 12,
}
