using Sightline.Store.Settings;

namespace Sightline.Server.Features.Accounts;

/// <summary>
/// Makes the first owner when there is nobody yet. Nobody else can: there is no page for it. A password made up here is hashed beside the
/// rest of the start, and told only when its owner is there; one that was given is known outside, so the start waits.
/// </summary>
internal sealed class FirstOwner(UserStore users, Passwords passwords, ServeOptions options, ActivityLog activity) : IHostedService
{
    public const string Email = "owner@localhost";

    /// <summary>The password made up at this start, for the console and nothing else; <see langword="null"/>: there is none to tell.</summary>
    public string? OneTimePassword { get; private set; }

    /// <summary>Completes when the owner can sign in.</summary>
    public Task Made { get; private set; } = Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (!users.IsEmpty())
        {
            return Task.CompletedTask;
        }

        OneTimePassword = options.OwnerPassword is null ? Passwords.NewOneTime() : null;
        var password = options.OwnerPassword ?? OneTimePassword!;
        Made = Task.Run(() => Make(password), CancellationToken.None);
        return options.OwnerPassword is null ? Task.CompletedTask : Made;
    }

    /// <summary>Tells whoever started the server, once.</summary>
    public async Task TellAsync(TextWriter console)
    {
        await Made;
        if (OneTimePassword is { } password)
        {
            OneTimePassword = null;
            await console.WriteLineAsync($"First start: sign in as {Email} with this one-time password, which is not shown again: {password}");
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Made;

    private void Make(string password)
    {
        users.Add(Email, "Owner", isOwner: true, passwords.Hash(password), mustChangePassword: options.OwnerPassword is null);
        activity.Add("server", "made the first owner", Email, null, "");
    }
}
