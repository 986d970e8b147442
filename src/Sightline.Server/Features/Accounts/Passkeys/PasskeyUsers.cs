using System.Globalization;
using Microsoft.AspNetCore.Identity;
using Sightline.Store.Settings;

namespace Sightline.Server.Features.Accounts;

/// <summary>
/// Our people and passkeys as Identity's <see cref="PasskeyHandler{TUser}"/> looks them up. It only reads: what it finds right is saved by
/// <see cref="PasskeyService"/>.
/// </summary>
internal sealed class PasskeyUsers(UserStore users, PasskeyStore passkeys) : IUserPasskeyStore<User>
{
    public static string IdOf(User user) => user.Id.ToString(CultureInfo.InvariantCulture);

    public Task<string> GetUserIdAsync(User user, CancellationToken cancellationToken) => Task.FromResult(IdOf(user));

    public Task<string?> GetUserNameAsync(User user, CancellationToken cancellationToken) => Task.FromResult<string?>(user.Email);

    public Task<string?> GetNormalizedUserNameAsync(User user, CancellationToken cancellationToken) => Task.FromResult<string?>(EmailAddress.Key(user.Email));

    public Task<User?> FindByIdAsync(string userId, CancellationToken cancellationToken) =>
        Task.FromResult(uint.TryParse(userId, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? users.Find(id) : null);

    public Task<User?> FindByNameAsync(string normalizedUserName, CancellationToken cancellationToken) => Task.FromResult(users.FindByEmail(normalizedUserName));

    public Task<User?> FindByPasskeyIdAsync(byte[] credentialId, CancellationToken cancellationToken) =>
        Task.FromResult(passkeys.Find(credentialId) is { } found ? users.Find(found.User) : null);

    public Task<UserPasskeyInfo?> FindPasskeyAsync(User user, byte[] credentialId, CancellationToken cancellationToken) =>
        Task.FromResult(passkeys.Find(credentialId) is { } found && found.User == user.Id ? Info(found) : null);

    public Task<IList<UserPasskeyInfo>> GetPasskeysAsync(User user, CancellationToken cancellationToken) =>
        Task.FromResult<IList<UserPasskeyInfo>>([.. passkeys.List(user.Id).Select(Info)]);

    public Task AddOrUpdatePasskeyAsync(User user, UserPasskeyInfo passkey, CancellationToken cancellationToken) => throw Reads();

    public Task RemovePasskeyAsync(User user, byte[] credentialId, CancellationToken cancellationToken) => throw Reads();

    public Task SetUserNameAsync(User user, string? userName, CancellationToken cancellationToken) => throw Reads();

    public Task SetNormalizedUserNameAsync(User user, string? normalizedName, CancellationToken cancellationToken) => throw Reads();

    public Task<IdentityResult> CreateAsync(User user, CancellationToken cancellationToken) => throw Reads();

    public Task<IdentityResult> UpdateAsync(User user, CancellationToken cancellationToken) => throw Reads();

    public Task<IdentityResult> DeleteAsync(User user, CancellationToken cancellationToken) => throw Reads();

    public void Dispose()
    {
        // Holds nothing of its own.
    }

    private static NotSupportedException Reads() => new("people are changed through UserStore and PasskeyStore");

    private static UserPasskeyInfo Info(Passkey passkey) => new(
        passkey.Credential, passkey.PublicKey, DateTimeOffset.FromUnixTimeMilliseconds(passkey.CreatedMs), passkey.SignCount, [.. passkey.Transports],
        passkey.IsUserVerified, passkey.IsBackupEligible, passkey.IsBackedUp, passkey.Attestation, passkey.ClientData)
    {
        Name = passkey.Name,
    };
}
