using System.Diagnostics;
using System.IO.Compression;
using System.Net;
using System.Net.Sockets;

namespace Sightline.ServerTests.EndToEnd;

/// <summary>A real nginx on a free port, serving a small site and writing the logs that users' servers write.</summary>
internal sealed class NginxSite : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sightline-nginx-").FullName;
    private readonly Process _process;

    private NginxSite(string format)
    {
        using (var listener = new TcpListener(IPAddress.Loopback, 0))
        {
            listener.Start();
            Port = ((IPEndPoint)listener.LocalEndpoint).Port;
        }

        Directory.CreateDirectory(Path.Combine(_folder, "site"));
        foreach (var page in new[] { "index.html", "about.html", "shop.html", "style.css" })
        {
            File.WriteAllText(Path.Combine(_folder, "site", page), page);
        }

        // The visitor's address comes from a header here, so that one machine can be many visitors.
        File.WriteAllText(Path.Combine(_folder, "nginx.conf"), $$"""
            daemon off; worker_processes 1; user root; pid {{_folder}}/nginx.pid; error_log {{_folder}}/error.log;
            events { worker_connections 256; }
            http {
              log_format combined_again '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent"';
              log_format json escape=json '{"ip":"$remote_addr","host":"$host","path":"$request_uri","method":"$request_method","status":"$status","referrer":"$http_referer","user_agent":"$http_user_agent","length":$bytes_sent,"date":"$time_iso8601"}';
              set_real_ip_from 127.0.0.1; real_ip_header X-Visitor;
              client_body_temp_path {{_folder}}; proxy_temp_path {{_folder}}; fastcgi_temp_path {{_folder}}; uwsgi_temp_path {{_folder}}; scgi_temp_path {{_folder}};
              access_log {{_folder}}/access.log {{(format == "json" ? "json" : "combined_again")}};
              server { listen 127.0.0.1:{{Port}}; root {{_folder}}/site; }
            }
            """);
        _process = Process.Start(new ProcessStartInfo(File.Exists("/usr/sbin/nginx") ? "/usr/sbin/nginx" : "nginx", ["-c", $"{_folder}/nginx.conf", "-p", _folder])
        {
            RedirectStandardError = true,
        })!;
    }

    public int Port { get; }

    public string AccessLog => Path.Combine(_folder, "access.log");

    public static async Task<NginxSite> StartAsync(string format)
    {
        var site = new NginxSite(format);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (true)
        {
            try
            {
                using var socket = new TcpClient();
                await socket.ConnectAsync(IPAddress.Loopback, site.Port, patience.Token);
                return site;
            }
            catch (SocketException) when (!site._process.HasExited)
            {
                await Task.Delay(20, patience.Token);
            }
        }
    }

    /// <summary>As logrotate does it: rename, tell nginx to open a new file, pack the old one.</summary>
    public async Task<string> RotateAsync()
    {
        var rotated = AccessLog + ".1";
        File.Move(AccessLog, rotated);
        using (var signal = Process.Start("kill", ["-USR1", _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]))
        {
            await signal.WaitForExitAsync();
        }

        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!File.Exists(AccessLog))
        {
            await Task.Delay(10, patience.Token);
        }

        var packed = rotated + ".gz";
        await using (var from = File.OpenRead(rotated))
        await using (var to = new GZipStream(File.Create(packed), CompressionLevel.Optimal))
        {
            await from.CopyToAsync(to, patience.Token);
        }

        File.Delete(rotated);
        return packed;
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
