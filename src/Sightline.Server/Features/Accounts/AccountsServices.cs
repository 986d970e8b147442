using Microsoft.AspNetCore.DataProtection;
using Sightline.Server.Access;
using Sightline.Store.Settings;

namespace Sightline.Server.Features.Accounts;

/// <summary>People: their accounts, sessions and pages.</summary>
internal static class AccountsServices
{
    public static IServiceCollection AddAccounts(this IServiceCollection services, ServeOptions options)
    {
        // What forms and half-finished sign-ins are sealed with. The data directory is closed to others; so are the keys.
        var keys = Directory.CreateDirectory(
            Path.Combine(options.Data, "keys"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        services.AddDataProtection().SetApplicationName("sightline").PersistKeysToFileSystem(keys);
        services.AddAntiforgery(antiforgery =>
        {
            antiforgery.Cookie.Name = SessionCookie.NameOf(options, "sightline-form");
            antiforgery.Cookie.Path = "/";
            antiforgery.Cookie.SameSite = SameSiteMode.Lax;
            antiforgery.Cookie.SecurePolicy = SessionCookie.IsSecure(options) ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;
            antiforgery.HeaderName = "X-Form-Token";
            // PageResult sets frame-ancestors, which says the same.
            antiforgery.SuppressXFrameOptionsHeader = true;
        });
        services.AddSingleton<UserStore>().AddSingleton<SessionStore>().AddSingleton<SecondFactorStore>().AddSingleton<PasskeyStore>().AddSingleton<SignInRuleStore>().AddSingleton<ActivityLog>();
        services.AddSingleton<HalfSignIn>().AddSingleton<SecondFactorService>().AddSingleton<PasskeyPlace>().AddSingleton<PasskeyChallenges>().AddSingleton<PasskeyService>();
        services.AddSingleton<Confirmation>().AddSingleton<IProof>(provider => provider.GetRequiredService<Confirmation>());
        services.AddSingleton<Passwords>().AddSingleton<SignInThrottle>().AddSingleton<SignInService>().AddSingleton<AccountService>();
        services.AddSingleton<SessionCookie>().AddSingleton<CallerReader>().AddSingleton<LiveRight>().AddSingleton<AccessGate>();
        services.AddSingleton<FirstOwner>();
        services.AddHostedService(provider => provider.GetRequiredService<FirstOwner>());
        return services;
    }

    /// <summary>
    /// Once everything is added: the keys are read by who first needs them, not at every start. That costs 2 MiB of libraries for XML, also where nobody signs in.
    /// </summary>
    public static void ReadKeysWhenNeeded(this IServiceCollection services)
    {
        foreach (var reader in services.Where(static service => service.ServiceType == typeof(IHostedService) && service.ImplementationType?.Name == "DataProtectionHostedService").ToList())
        {
            services.Remove(reader);
        }
    }

    public static void MapAccounts(this IEndpointRouteBuilder app)
    {
        app.MapSignIn();
        app.MapAccount();
        app.MapConfirm();
        app.MapSecondFactors();
        app.MapPasskeys();
    }
}
