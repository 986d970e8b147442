using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Sightline.Server.Tls;

/// <summary>
/// The server's certificate, from two PEM files that another program renews. Connections made after a renewal get the new one; while the files
/// cannot be read or do not belong together (half of a renewal), the last good one stays.
/// </summary>
internal sealed class CertificateFile
{
    private readonly string _certificatePath;
    private readonly string _keyPath;
    private (DateTime Certificate, DateTime Key) _stamps;
    private volatile SslStreamCertificateContext _context;

    /// <exception cref="FormatException">The files cannot be used; the message says why.</exception>
    public CertificateFile(string certificatePath, string keyPath)
    {
        (_certificatePath, _keyPath) = (certificatePath, keyPath);
        _stamps = Stamps();
        (_context, Expires) = Load();
    }

    /// <summary>When the certificate ends.</summary>
    public DateTimeOffset Expires { get; private set; }

    /// <summary>Reads the files again when they have changed.</summary>
    /// <returns>Whether a new certificate is in force.</returns>
    /// <exception cref="FormatException">They have changed and cannot be used; told once for each change.</exception>
    public bool RunOnce()
    {
        var stamps = Stamps();
        if (stamps == _stamps)
        {
            return false;
        }

        _stamps = stamps;
        (_context, Expires) = Load();
        return true;
    }

    public void Use(ListenOptions listen) => listen.UseHttps(new TlsHandshakeCallbackOptions
    {
        OnConnection = _ => ValueTask.FromResult(new SslServerAuthenticationOptions { ServerCertificateContext = _context }),
        HandshakeTimeout = TimeSpan.FromSeconds(10),
    });

    private (DateTime Certificate, DateTime Key) Stamps() => (File.GetLastWriteTimeUtc(_certificatePath), File.GetLastWriteTimeUtc(_keyPath));

    private (SslStreamCertificateContext Context, DateTimeOffset Expires) Load()
    {
        try
        {
            var certificate = X509Certificate2.CreateFromPemFile(_certificatePath, _keyPath);
            var chain = new X509Certificate2Collection();
            chain.ImportFromPemFile(_certificatePath);
            // What clients need of the chain is in the file; nothing is fetched from anywhere.
            return (SslStreamCertificateContext.Create(certificate, chain, offline: true), new DateTimeOffset(certificate.NotAfter.ToUniversalTime(), TimeSpan.Zero));
        }
        catch (Exception failure) when (failure is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new FormatException($"{_certificatePath} and {_keyPath} cannot be used as certificate and key: {failure.Message}", failure);
        }
    }
}
