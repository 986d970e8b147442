using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Sightline.ServerTests.Tls;

/// <summary>A certificate authority of the test's own, and certificates for this machine that it signs, as PEM files.</summary>
internal sealed class TestCertificate : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("sightline-tls-");
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 _authority;

    public TestCertificate()
    {
        var request = new CertificateRequest("CN=Test authority", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        _authority = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(90));
        Renew(TimeSpan.FromDays(30));
    }

    public string CertificatePath => Path.Combine(_directory.FullName, "fullchain.pem");

    public string KeyPath => Path.Combine(_directory.FullName, "privkey.pem");

    /// <summary>Writes another certificate with another key over the files, as a renewal does.</summary>
    /// <returns>Its serial number.</returns>
    public string Renew(TimeSpan life, bool withKey = true)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.Create(_authority, DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow + life, RandomNumberGenerator.GetBytes(12));
        File.WriteAllText(CertificatePath, certificate.ExportCertificatePem() + "\n" + _authority.ExportCertificatePem() + "\n");
        if (withKey)
        {
            File.WriteAllText(KeyPath, key.ExportPkcs8PrivateKeyPem() + "\n");
        }

        return certificate.SerialNumber;
    }

    /// <summary>A client that believes this authority only, and tells which certificate it was shown.</summary>
    public HttpClient NewClient(Action<string> shown) => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        SslOptions =
        {
            CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, CustomTrustStore = { _authority }, RevocationMode = X509RevocationMode.NoCheck },
            RemoteCertificateValidationCallback = (_, certificate, _, errors) =>
            {
                shown(certificate!.GetSerialNumberString());
                return errors == System.Net.Security.SslPolicyErrors.None;
            },
        },
    });

    public void Dispose()
    {
        _authority.Dispose();
        _key.Dispose();
        _directory.Delete(recursive: true);
    }
}
