using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Sightline.ServerTests.Crash;
using Sightline.ServerTests.Tls;

namespace Sightline.ServerTests.Packaging;

/// <summary>
/// A server as docs/operating.md sets it up behind a proxy, the proxy with the shipped configuration, of which only ports and paths are
/// replaced, and clients who take <c>stats.example.com</c> for this machine.
/// </summary>
public abstract class Front : IAsyncLifetime
{
    public const string Host = "stats.example.com";
    private const string AsShipped = "127.0.0.1:8600";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sightline-front-");
    private readonly Queue<string> _said = new();
    private Process? _process;

    protected Front()
    {
        HttpPort = CrashServer.FreePort();
        HttpsPort = CrashServer.FreePort();
    }

    public int HttpPort { get; }

    public int HttpsPort { get; }

    internal TestCertificate Certificate { get; } = new(Host);

    internal ServerUnderTest Server { get; private set; } = null!;

    protected string Folder => _folder.FullName;

    public async ValueTask InitializeAsync()
    {
        // Only this very address is a proxy: the tests' visitors come from others of this machine.
        Server = await ServerUnderTest.StartAsync(configure: options => options with
        {
            PublicUrl = $"https://{Host}",
            TrustedProxies = [new IPNetwork(IPAddress.Loopback, 32)],
        });
        var start = Configure(AsShipped, Server.Address.Authority);
        start.RedirectStandardError = true;
        start.RedirectStandardOutput = true;
        _process = Process.Start(start)!;
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.BeginErrorReadLine();
        _process.BeginOutputReadLine();
        foreach (var port in new[] { HttpPort, HttpsPort })
        {
            await ListensAsync(port);
        }
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_process is { } process)
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }

            await process.WaitForExitAsync();
            process.Dispose();
        }

        if (Server is not null)
        {
            await Server.DisposeAsync();
        }

        Certificate.Dispose();
        _folder.Delete(recursive: true);
    }

    /// <summary>Somebody at an address of this machine who trusts the authority and follows no redirect.</summary>
    internal HttpClient NewClient(string from = "127.7.7.7", CookieContainer? cookies = null) => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = cookies is not null,
        CookieContainer = cookies ?? new CookieContainer(),
        SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = Certificate.Policy },
        ConnectCallback = async (connection, cancel) =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                socket.Bind(new IPEndPoint(IPAddress.Parse(from), 0));
                await socket.ConnectAsync(IPAddress.Loopback, connection.DnsEndPoint.Port == 443 ? HttpsPort : HttpPort, cancel);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        },
    })
    {
        BaseAddress = new Uri($"https://{Host}"),
        DefaultRequestVersion = HttpVersion.Version20,
        Timeout = TimeSpan.FromSeconds(60),
    };

    /// <summary>Writes the configuration and tells how the proxy is started in the foreground.</summary>
    protected abstract ProcessStartInfo Configure(string upstreamAsShipped, string upstream);

    protected static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private async Task ListensAsync(int port)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            Assert.False(_process!.HasExited, string.Join('\n', _said));
            try
            {
                using var socket = new TcpClient();
                await socket.ConnectAsync(IPAddress.Loopback, port, patience.Token);
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(20, patience.Token);
            }
        }
    }

    private void Keep(string? line)
    {
        lock (_said)
        {
            if (line is not null && _said.Count < 100)
            {
                _said.Enqueue(line);
            }
        }
    }
}

/// <summary>Debian's nginx with Debian's nginx.conf, which takes in ours.</summary>
public sealed class NginxFront : Front
{
    protected override ProcessStartInfo Configure(string upstreamAsShipped, string upstream)
    {
        var site = PackagingFiles.Read("nginx.conf")
            .Put(upstreamAsShipped + ";", upstream + ";")
            .Put("listen 80;", $"listen 127.0.0.1:{Number(HttpPort)};").Put("    listen [::]:80;\n", "")
            .Put("listen 443 ssl", $"listen 127.0.0.1:{Number(HttpsPort)} ssl").Put("    listen [::]:443 ssl http2;\n", "")
            .Put("/etc/letsencrypt/live/stats.example.com/fullchain.pem", Certificate.CertificatePath)
            .Put("/etc/letsencrypt/live/stats.example.com/privkey.pem", Certificate.KeyPath);
        File.WriteAllText(Path.Combine(Folder, "sightline.conf"), site);
        var main = File.ReadAllText("/etc/nginx/nginx.conf")
            .Put("user www-data;", "daemon off; user root;")
            .Put("worker_processes auto;", "worker_processes 1;")
            .Put("/run/nginx.pid", Path.Combine(Folder, "nginx.pid"))
            .Put("/var/log/nginx", Folder)
            .Put("include /etc/nginx/modules-enabled/*.conf;", "")
            .Put("include /etc/nginx/sites-enabled/*;", "")
            .Put("/etc/nginx/conf.d/*.conf", Path.Combine(Folder, "sightline.conf"))
            .Put("http {", $"http {{ client_body_temp_path {Folder}; proxy_temp_path {Folder}; fastcgi_temp_path {Folder}; uwsgi_temp_path {Folder}; scgi_temp_path {Folder};");
        var path = Path.Combine(Folder, "nginx.conf");
        File.WriteAllText(path, main);
        return new ProcessStartInfo(File.Exists("/usr/sbin/nginx") ? "/usr/sbin/nginx" : "nginx", ["-c", path, "-p", Folder]);
    }
}

/// <summary>Debian's Caddy, with a certificate given, as nobody here can get one.</summary>
public sealed class CaddyFront : Front
{
    protected override ProcessStartInfo Configure(string upstreamAsShipped, string upstream)
    {
        var site = PackagingFiles.Read("Caddyfile")
            .Put(upstreamAsShipped + " {", upstream + " {")
            .Put(Host + " {\n", $"{Host} {{\n\ttls {Certificate.CertificatePath} {Certificate.KeyPath}\n");
        var path = Path.Combine(Folder, "Caddyfile");
        File.WriteAllText(path, $$"""
            {
                admin off
                skip_install_trust
                default_bind 127.0.0.1
                http_port {{Number(HttpPort)}}
                https_port {{Number(HttpsPort)}}
            }
            {{site}}
            """);
        var start = new ProcessStartInfo("caddy", ["run", "--config", path, "--adapter", "caddyfile"]);
        start.Environment["HOME"] = Folder;
        start.Environment["XDG_DATA_HOME"] = Folder;
        start.Environment["XDG_CONFIG_HOME"] = Folder;
        return start;
    }
}
