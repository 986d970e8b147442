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
    private readonly string _host;

    /// <param name="host">Whose certificate it is, besides this machine's.</param>
    public TestCertificate(string host = "localhost")
    {
        _host = host;
        var request = new CertificateRequest("CN=Test authority", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        _authority = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(90));
        Renew(TimeSpan.FromDays(30));
    }

    public string CertificatePath => Path.Combine(_directory.FullName, "fullchain.pem");

    public string KeyPath => Path.Combine(_directory.FullName, "privkey.pem");

    /// <summary>Checks a server's certificate against this authority only.</summary>
    public X509ChainPolicy Policy => new() { TrustMode = X509ChainTrustMode.CustomRootTrust, CustomTrustStore = { _authority }, RevocationMode = X509RevocationMode.NoCheck };

    /// <summary>Names the certificate's key for browsers that are to believe it although they do not know the authority.</summary>
    public string KeyHash
    {
        get
        {
            using var certificate = X509Certificate2.CreateFromPem(File.ReadAllText(CertificatePath));
            return Convert.ToBase64String(SHA256.HashData(certificate.PublicKey.ExportSubjectPublicKeyInfo()));
        }
    }

    /// <summary>Writes another certificate with another key over the files, as a renewal does.</summary>
    /// <returns>Its serial number.</returns>
    public string Renew(TimeSpan life, bool withKey = true)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={_host}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(_host);
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
            CertificateChainPolicy = Policy,
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
