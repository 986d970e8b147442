using System.Security.Cryptography;
using System.Text;
using Dapper;
using Sightline.Store.Settings;

namespace Sightline.Tests.Settings;

public sealed class TokenStoreTests : IDisposable
{
    private readonly TempData data = new();
    private readonly SettingsDb db;
    private readonly TokenStore tokens;

    public TokenStoreTests()
    {
        db = data.Open();
        tokens = new TokenStore(db, data.Time);
    }

    public void Dispose() => data.Dispose();

    [Fact]
    public void Only_the_hash_of_a_token_is_kept()
    {
        var (token, secret) = tokens.Add("ci", TokenScopes.Read | TokenScopes.Ingest, null);
        Assert.Matches("^slt_[0-9a-f]{64}$", secret);
        Assert.Equal(SHA256.HashData(Encoding.UTF8.GetBytes(secret)), db.Read(c => c.QuerySingle<byte[]>("SELECT hash FROM tokens")));
        Assert.Equal(token, Assert.Single(tokens.List()));
        foreach (var file in Directory.GetFiles(data.Path))
        {
            Assert.DoesNotContain(secret["slt_".Length..], Encoding.Latin1.GetString(File.ReadAllBytes(file)), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Each_token_is_another() => Assert.NotEqual(tokens.Add("a", TokenScopes.Read, null).Secret, tokens.Add("a", TokenScopes.Read, null).Secret);

    [Fact]
    public void A_revoked_token_is_gone()
    {
        var (token, _) = tokens.Add("ci", TokenScopes.Read, null);
        Assert.True(tokens.Revoke(token.Id));
        Assert.False(tokens.Revoke(token.Id));
        Assert.Empty(tokens.List());
    }

    [Fact]
    public void Tokens_without_name_scope_or_project_are_refused()
    {
        Assert.Throws<InvalidSettingException>(() => tokens.Add(" ", TokenScopes.Read, null));
        Assert.Throws<InvalidSettingException>(() => tokens.Add("x", TokenScopes.None, null));
        Assert.Throws<SettingsException>(() => tokens.Add("x", TokenScopes.Read, 99));
        Assert.Empty(tokens.List());
    }

    [Theory]
    [InlineData(TokenScopes.Read, null, TokenScopes.Read, 5u, true)]
    [InlineData(TokenScopes.Read, 5u, TokenScopes.Read, 5u, true)]
    [InlineData(TokenScopes.Read, 5u, TokenScopes.Read, 6u, false)]
    [InlineData(TokenScopes.Read, null, TokenScopes.Ingest, 5u, false)]
    [InlineData(TokenScopes.Write | TokenScopes.Ingest, null, TokenScopes.Ingest, 5u, true)]
    [InlineData(TokenScopes.Admin, null, TokenScopes.Read, 5u, true)]
    [InlineData(TokenScopes.Admin, 6u, TokenScopes.Read, 5u, false)]
    [InlineData(TokenScopes.Write, null, TokenScopes.Admin, 5u, false)]
    public void A_grant_allows_its_scopes_in_its_project(TokenScopes has, uint? only, TokenScopes wanted, uint project, bool allowed) =>
        Assert.Equal(allowed, new TokenGrant(1, "t", has, only).Allows(wanted, project));
}
