using Sightline.Store.Settings;

namespace Sightline.Server.Features.Accounts;

/// <summary>
/// Makes the first owner when there is nobody yet, before anything listens: from the first moment on, who reaches the server cannot make
/// it theirs.
/// </summary>
internal sealed class FirstOwner(UserStore users, Passwords passwords, ServeOptions options, ActivityLog activity) : IHostedService
{
    public const string Email = "owner@localhost";

    /// <summary>The password made up at this start, for the console and nothing else; <see langword="null"/>: there is none to tell.</summary>
    public string? OneTimePassword { get; private set; }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (users.IsEmpty())
        {
            var password = options.OwnerPassword ?? Passwords.NewOneTime();
            users.Add(Email, "Owner", isOwner: true, passwords.Hash(password), mustChangePassword: options.OwnerPassword is null);
            activity.Add("server", "made the first owner", Email, null, "");
            OneTimePassword = options.OwnerPassword is null ? password : null;
        }

        return Task.CompletedTask;
    }

    /// <summary>Tells whoever started the server, once.</summary>
    public async Task TellAsync(TextWriter console)
    {
        if (OneTimePassword is { } password)
        {
            OneTimePassword = null;
            await console.WriteLineAsync($"First start: sign in as {Email} with this one-time password, which is not shown again: {password}");
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
