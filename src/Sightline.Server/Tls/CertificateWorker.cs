namespace Sightline.Server.Tls;

/// <summary>Looks whether the certificate was renewed.</summary>
internal sealed partial class CertificateWorker(CertificateFile certificate, TimeProvider time, ILogger<CertificateWorker> logger) : BackgroundService
{
    public static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(5);

    public void RunOnce()
    {
        try
        {
            if (certificate.RunOnce())
            {
                LogRenewed(certificate.Expires);
            }
        }
        catch (FormatException failure)
        {
            LogUnusable(failure.Message, certificate.Expires);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(LookEvery, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                RunOnce();
            }
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "A new certificate is in force; it ends on {Expires}")]
    private partial void LogRenewed(DateTimeOffset expires);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Fault}; the one before, which ends on {Expires}, stays in force")]
    private partial void LogUnusable(string fault, DateTimeOffset expires);
}
