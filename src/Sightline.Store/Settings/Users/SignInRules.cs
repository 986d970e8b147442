using Dapper;

namespace Sightline.Store.Settings;

/// <summary>What holds for everybody who signs in.</summary>
/// <param name="RequireSecondFactor">Who has no second factor sets one up before anything else is shown.</param>
/// <param name="ShortSessions">Nobody stays signed in longer than a session without "keep me signed in" lasts.</param>
public sealed record SignInRules(bool RequireSecondFactor, bool ShortSessions);

/// <summary>The server's <see cref="SignInRules"/>; none is set at first.</summary>
public sealed class SignInRuleStore
{
    private const string SecondFactor = "require_second_factor";
    private const string Short = "short_sessions";

    private readonly SettingsDb _db;
    // Asked for at every request of many people; only this process changes them while it serves.
    private volatile SignInRules? _known;

    public SignInRuleStore(SettingsDb db)
    {
        _db = db;
        db.Written += () => _known = null;
    }

    public SignInRules Get() => _known ??= _db.Read(connection =>
    {
        var set = connection.Query<string>("SELECT name FROM sign_in_rules WHERE value <> 0").ToHashSet();
        return new SignInRules(set.Contains(SecondFactor), set.Contains(Short));
    });

    public void Set(SignInRules rules) => _db.Write(connection => connection.Execute(
        "INSERT OR REPLACE INTO sign_in_rules(name, value) VALUES (@name, @value)",
        new[] { new { name = SecondFactor, value = rules.RequireSecondFactor }, new { name = Short, value = rules.ShortSessions } }));
}
