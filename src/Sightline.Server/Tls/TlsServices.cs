using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Sightline.Server.Access;

namespace Sightline.Server.Tls;

/// <summary>TLS by the server itself: the certificate, and the way from http to https.</summary>
internal static class TlsServices
{
    /// <returns>The certificate, or <see langword="null"/> without one.</returns>
    /// <exception cref="FormatException">It cannot be used.</exception>
    public static CertificateFile? AddTls(this WebApplicationBuilder builder, ServeOptions options)
    {
        if (options is not { TlsCertificate: { } certificate, TlsKey: { } key })
        {
            return null;
        }

        var file = new CertificateFile(certificate, key);
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.Services.AddSingleton(file);
        builder.Services.AddHostedService<CertificateWorker>();
        return file;
    }

    /// <summary>
    /// People and programs with tokens who come by http are sent to https. Senders of events are served as they come (many follow no
    /// redirect), and so are supervisors and the control socket.
    /// </summary>
    public static void UseTls(this WebApplication app, ServeOptions options)
    {
        if (options.TlsCertificate is null)
        {
            return;
        }

        app.Use(next => context =>
        {
            if (context.Request.IsHttps)
            {
                context.Response.Headers.StrictTransportSecurity = "max-age=31536000";
                return next(context);
            }

            if (ControlSocket.IsControl(context)
                || context.GetEndpoint()?.Metadata.GetMetadata<AccessRule>() is { Kind: AccessKind.IngestKey or AccessKind.ControlSocket } or { AnyHost: true })
            {
                return next(context);
            }

            context.Response.StatusCode = StatusCodes.Status308PermanentRedirect;
            context.Response.Headers.Location = $"{Origin(app, options, context)}{context.Request.PathBase}{context.Request.Path.ToUriComponent()}{context.Request.QueryString.ToUriComponent()}";
            return Task.CompletedTask;
        });
    }

    private static string Origin(WebApplication app, ServeOptions options, HttpContext context)
    {
        if (options.PublicUrl is { } url && url.StartsWith("https://", StringComparison.OrdinalIgnoreCase))
        {
            return new Uri(url).GetLeftPart(UriPartial.Authority);
        }

        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
        var port = addresses.Where(address => address.StartsWith("https://", StringComparison.Ordinal)).Select(address => BindingAddress.Parse(address).Port).FirstOrDefault(443);
        return "https://" + (port == 443 ? new HostString(context.Request.Host.Host) : new HostString(context.Request.Host.Host, port)).ToUriComponent();
    }
}
