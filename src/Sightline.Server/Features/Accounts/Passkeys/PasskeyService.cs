using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using Sightline.Server.Access;
using Sightline.Store.Settings;

namespace Sightline.Server.Features.Accounts;

/// <summary>
/// Makes and checks passkeys. What WebAuthn demands of a server, parsing, signatures (ES256, RS256 and their larger kin; .NET has no
/// EdDSA), counters, is done by ASP.NET Core Identity's handler; challenges, origins and people are ours.
/// </summary>
internal sealed partial class PasskeyService : IDisposable
{
    // A credential is a few kilobytes, most of it the attestation.
    private const int LongestCredential = 64 * 1024;

    private readonly PasskeyStore _passkeys;
    private readonly PasskeyChallenges _challenges;
    private readonly SignInThrottle _throttle;
    private readonly SessionCookie _cookie;
    private readonly ActivityLog _activity;
    private readonly ILogger<PasskeyService> _logger;
    private readonly UserManager<User> _manager;
    private readonly PasskeyHandler<User> _handler;

    public PasskeyService(
        UserStore users, PasskeyStore passkeys, PasskeyChallenges challenges, PasskeyPlace place, SignInThrottle throttle, SessionCookie cookie, ActivityLog activity,
        ILoggerFactory loggers)
    {
        (_passkeys, _challenges, _throttle, _cookie, _activity) = (passkeys, challenges, throttle, cookie, activity);
        Place = place;
        _logger = loggers.CreateLogger<PasskeyService>();
        _manager = new UserManager<User>(
            new PasskeyUsers(users, passkeys), Options.Create(new IdentityOptions()), new PasswordHasher<User>(), [], [], new UpperInvariantLookupNormalizer(),
            new IdentityErrorDescriber(), null!, loggers.CreateLogger<UserManager<User>>());
        _handler = new PasskeyHandler<User>(_manager, Options.Create(new IdentityPasskeyOptions
        {
            ServerDomain = place.Domain,
            // It is both factors at once: what one has, and a finger, a face or a PIN.
            UserVerificationRequirement = "required",
            // It names its person, so that nobody types an address.
            ResidentKeyRequirement = "required",
            // Which maker's it is does not matter here, and asking would tell.
            AttestationConveyancePreference = "none",
            ValidateOrigin = origin => ValueTask.FromResult(!origin.CrossOrigin && place.IsOurs(origin.Origin, origin.HttpContext)),
        }));
    }

    public PasskeyPlace Place { get; }

    public IReadOnlyList<Passkey> List(User user) => _passkeys.List(user.Id);

    /// <summary>What the browser is asked to make, as JSON.</summary>
    public async Task<string?> BeginAddAsync(HttpContext context)
    {
        var caller = Caller.Of(context);
        var user = caller.User!;
        var made = await _handler.MakeCreationOptionsAsync(
            new PasskeyUserEntity { Id = PasskeyUsers.IdOf(user), Name = user.Email, DisplayName = user.Name }, context);
        _challenges.Keep(context, AddPurpose(caller), made.AttestationState!);
        return made.CreationOptionsJson;
    }

    /// <summary>Adds what the browser made. <see langword="false"/>: it does not answer the challenge that was given to this session.</summary>
    /// <exception cref="SettingsException">The name is not valid, or there are too many.</exception>
    public async Task<bool> TryAddAsync(HttpContext context, string credential, string name)
    {
        var caller = Caller.Of(context);
        if (_challenges.Take(context, AddPurpose(caller)) is not { } state || credential.Length > LongestCredential)
        {
            return false;
        }

        var result = await _handler.PerformAttestationAsync(new PasskeyAttestationContext { HttpContext = context, CredentialJson = credential, AttestationState = state });
        if (!result.Succeeded)
        {
            LogRefused("made", result.Failure.Message);
            return false;
        }

        var made = result.Passkey;
        _passkeys.Add(
            new Passkey
            {
                Credential = made.CredentialId,
                User = caller.User!.Id,
                Name = name,
                PublicKey = made.PublicKey,
                SignCount = made.SignCount,
                Transports = made.Transports ?? [],
                IsUserVerified = made.IsUserVerified,
                IsBackupEligible = made.IsBackupEligible,
                IsBackedUp = made.IsBackedUp,
                Attestation = made.AttestationObject,
                ClientData = made.ClientDataJson,
            },
            caller.Session!.Id);
        Log(context, caller.User, "added a passkey", name.Trim());
        return true;
    }

    /// <summary>What the browser is asked to sign, as JSON; <see langword="null"/>: this address has asked too often.</summary>
    /// <param name="context">The request.</param>
    /// <param name="user">Whose passkeys count; <see langword="null"/>: anybody's, the passkey says whose it is.</param>
    public async Task<string?> BeginUseAsync(HttpContext context, User? user)
    {
        if (!_throttle.TryTake(null, _cookie.AddressOf(context), out _))
        {
            return null;
        }

        var made = await _handler.MakeRequestOptionsAsync(user!, context);
        _challenges.Keep(context, UsePurpose(user), made.AssertionState!);
        return made.RequestOptionsJson;
    }

    /// <summary>Whose signature it is; <see langword="null"/>: nobody's, or not an answer to this browser's challenge.</summary>
    public async Task<User?> FinishUseAsync(HttpContext context, string credential, User? user)
    {
        if (_challenges.Take(context, UsePurpose(user)) is not { } state || credential.Length > LongestCredential)
        {
            return null;
        }

        var result = await _handler.PerformAssertionAsync(new PasskeyAssertionContext { HttpContext = context, CredentialJson = credential, AssertionState = state });
        if (!result.Succeeded)
        {
            LogRefused("used", result.Failure.Message);
            if (user is not null)
            {
                Log(context, user, "failed to use a passkey", "");
            }

            return null;
        }

        if ((user is not null && user.Id != result.User.Id) || !_passkeys.TrySaveUse(result.Passkey.CredentialId, result.Passkey.SignCount, result.Passkey.IsBackedUp))
        {
            return null;
        }

        _throttle.GiveBack(null, _cookie.AddressOf(context));
        return result.User;
    }

    /// <exception cref="SettingsException">The name is not valid.</exception>
    public void Rename(HttpContext context, byte[] credential, string name)
    {
        var user = Caller.Of(context).User!;
        if (_passkeys.Rename(user.Id, credential, name))
        {
            Log(context, user, "renamed a passkey", name.Trim());
        }
    }

    public void Remove(HttpContext context, byte[] credential)
    {
        var caller = Caller.Of(context);
        if (_passkeys.Remove(caller.User!.Id, credential, caller.Session!.Id) is { } name)
        {
            Log(context, caller.User, "removed a passkey", name);
        }
    }

    public void Dispose() => _manager.Dispose();

    private static string AddPurpose(Caller caller) => $"add {caller.User!.Id} {caller.Session!.Id}";

    private static string UsePurpose(User? user) => user is null ? "use" : $"use {user.Id}";

    private void Log(HttpContext context, User user, string action, string subject) => _activity.Add(user.Email, action, subject, null, _cookie.AddressOf(context));

    [LoggerMessage(Level = LogLevel.Debug, Message = "a passkey was not {Done}: {Why}")]
    private partial void LogRefused(string done, string why);
}
