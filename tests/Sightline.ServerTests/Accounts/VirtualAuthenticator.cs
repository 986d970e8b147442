using Microsoft.Playwright;

namespace Sightline.ServerTests.Accounts;

/// <summary>What Chromium makes passkeys with instead of a finger on a sensor: it knows its owner and answers by itself.</summary>
internal static class VirtualAuthenticator
{
    public static async Task AddAsync(IPage page)
    {
        var devtools = await page.Context.NewCDPSessionAsync(page);
        await devtools.SendAsync("WebAuthn.enable");
        await devtools.SendAsync("WebAuthn.addVirtualAuthenticator", new()
        {
            ["options"] = new Dictionary<string, object>
            {
                ["protocol"] = "ctap2",
                ["transport"] = "internal",
                ["hasResidentKey"] = true,
                ["hasUserVerification"] = true,
                ["isUserVerified"] = true,
                ["automaticPresenceSimulation"] = true,
            },
        });
    }
}
