using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;
using Sightline.Server.Access;
using Sightline.Store.Settings;

namespace Sightline.Server.Features.Accounts;

/// <summary>Sets up, checks and takes away authenticator apps and recovery codes.</summary>
internal sealed partial class SecondFactorService(
    SecondFactorStore store, UserStore users, SignInRuleStore rules, SignInThrottle throttle, SessionCookie cookie, ActivityLog activity,
    IDataProtectionProvider protection, TimeProvider time, ILogger<SecondFactorService> logger)
{
    private static readonly TimeSpan SetUpLife = TimeSpan.FromMinutes(30);

    private readonly IDataProtector _secrets = protection.CreateProtector("authenticator secret");
    private readonly IDataProtector _drafts = protection.CreateProtector("authenticator being set up");

    public int CodesLeft(User user) => store.CodesLeft(user.Id);

    public bool IsRequired => rules.Get().RequireSecondFactor;

    /// <summary>A secret that counts once a code has confirmed it. Until then it is nowhere but, sealed, in the form.</summary>
    public (byte[] Secret, string Draft) Begin(Caller caller)
    {
        var secret = Totp.NewSecret();
        var ends = (time.GetUtcNow() + SetUpLife).ToUnixTimeMilliseconds();
        return (secret, _drafts.Protect(JsonSerializer.Serialize(new Draft(caller.User!.Id, caller.Session!.Id, Convert.ToBase64String(secret), ends))));
    }

    /// <summary>The secret of a form that was sent; <see langword="null"/>: it is too old, or somebody else's.</summary>
    public byte[]? ReadDraft(Caller caller, string draft)
    {
        try
        {
            var read = JsonSerializer.Deserialize<Draft>(_drafts.Unprotect(draft))!;
            return read.User == caller.User!.Id && read.Session == caller.Session!.Id && read.EndsMs > time.GetUtcNow().ToUnixTimeMilliseconds()
                ? Convert.FromBase64String(read.Secret)
                : null;
        }
        catch (CryptographicException)
        {
            // Tampered with, or from before the keys changed: the page offers a new one.
            return null;
        }
    }

    /// <summary>Sets the app up, if the code is its.</summary>
    public bool TryConfirm(HttpContext context, byte[] secret, string code)
    {
        var caller = Caller.Of(context);
        if (!Totp.TryFind(secret, Plain(code), time.GetUtcNow(), out var step))
        {
            return false;
        }

        store.SetTotp(caller.User!.Id, _secrets.Protect(secret), step, caller.Session!.Id);
        Log(context, caller.User, "set up an authenticator app");
        return true;
    }

    /// <exception cref="InvalidSettingException">It is the last second factor, and everybody needs one.</exception>
    public void Remove(HttpContext context)
    {
        var caller = Caller.Of(context);
        RequireAnother(caller.User!.HasPasskey);
        store.RemoveTotp(caller.User!.Id, caller.Session!.Id);
        Log(context, caller.User, "removed the authenticator app");
    }

    /// <exception cref="InvalidSettingException">Nothing is left, and everybody needs a second factor.</exception>
    public void RequireAnother(bool hasAnother)
    {
        if (!hasAnother && IsRequired)
        {
            throw new InvalidSettingException("everybody on this server needs a second factor: add another one before you remove this");
        }
    }

    /// <summary>Ten new codes; those before are worth nothing.</summary>
    public IReadOnlyList<string> NewCodes(HttpContext context)
    {
        var user = Caller.Of(context).User!;
        var codes = RecoveryCodes.New();
        store.SetCodes(user.Id, codes.Select(code => RecoveryCodes.Hash(user.Id, code)));
        Log(context, user, "made new recovery codes");
        return codes;
    }

    /// <summary>Codes for somebody who has just got a first second factor; <see langword="null"/>: there are some.</summary>
    public IReadOnlyList<string>? FirstCodes(HttpContext context) => store.CodesLeft(Caller.Of(context).User!.Id) > 0 ? null : NewCodes(context);

    /// <summary>Checks the second step of a sign-in: a code of the app, or a recovery code, each good once.</summary>
    public SignInOutcome TryCode(HttpContext context, User user, string code, out string how, out TimeSpan wait)
    {
        how = "by password and authenticator app";
        var (key, address) = (EmailAddress.Key(user.Email), cookie.AddressOf(context));
        if (!throttle.TryTake(key, address, out wait, secondStep: true))
        {
            return SignInOutcome.Wait;
        }

        if (RecoveryCodes.IsShapedLike(code))
        {
            how = "by password and recovery code";
            if (store.TryTakeCode(user.Id, RecoveryCodes.Hash(user.Id, code)))
            {
                throttle.GiveBack(key, address, secondStep: true);
                Log(context, user, $"used a recovery code, {store.CodesLeft(user.Id)} left");
                return SignInOutcome.Done;
            }
        }
        else if (Open(user) is { } secret && Totp.TryFind(secret, Plain(code), time.GetUtcNow(), out var step) && store.TryTakeTotpStep(user.Id, step))
        {
            throttle.GiveBack(key, address, secondStep: true);
            return SignInOutcome.Done;
        }

        Log(context, user, "failed the second step");
        return SignInOutcome.Wrong;
    }

    /// <summary>Takes all second factors of somebody away who has lost them.</summary>
    /// <exception cref="SettingsException">There is no such person.</exception>
    public void Reset(HttpContext context, uint id)
    {
        var user = users.Find(id) ?? throw new SettingsException("there is no such person");
        store.Reset(id);
        activity.Add(Caller.Of(context).Name, "reset the second factor", user.Email, null, cookie.AddressOf(context));
    }

    private static string Plain(string code) => string.Concat(code.Where(char.IsAsciiDigit));

    private byte[]? Open(User user)
    {
        try
        {
            return user.TotpSecret is { } secret ? _secrets.Unprotect(secret) : null;
        }
        catch (CryptographicException fault)
        {
            // The directory keys/ was lost or not restored: recovery codes still open the door.
            LogUnreadable(user.Id, fault);
            return null;
        }
    }

    private void Log(HttpContext context, User user, string action) => activity.Add(user.Email, action, "", null, cookie.AddressOf(context));

    [LoggerMessage(Level = LogLevel.Error, Message = "the authenticator secret of user {User} cannot be read: the keys in DATA/keys are not those it was sealed with; 'sightline user reset-second-factor' helps")]
    private partial void LogUnreadable(uint user, Exception fault);

    private sealed record Draft(uint User, uint Session, string Secret, long EndsMs);
}
