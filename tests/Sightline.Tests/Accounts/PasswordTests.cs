using Sightline.Server.Features.Accounts;
using Sightline.Store.Settings;

namespace Sightline.Tests.Accounts;

public sealed class PasswordTests
{
    [Theory]
    [InlineData("administrator")]
    [InlineData("qwertyuiop12")]
    [InlineData("123456789012")]
    [InlineData("1qaz2wsx3edc")]
    [InlineData("Password1234")]
    [InlineData("P@ssw0rd2026!")]
    [InlineData("!!!dragon1234")]
    [InlineData("iloveyouiloveyou")]
    [InlineData("monkeymonkey12")]
    [InlineData("Sightline2026!")]
    public void Passwords_that_have_leaked_and_what_is_made_of_them_are_refused(string password)
    {
        var refused = Assert.Throws<InvalidSettingException>(() => Passwords.Checked(password, "ada@example.com"));
        Assert.Contains("leaked", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("four words that hold 7")]
    [InlineData("correct horse battery staple")]
    [InlineData("dragon umbrella 17 teapot")]
    [InlineData("пароль из четырёх слов")]
    [InlineData("xk3-wq9v-lm2c-tz7h")]
    public void Others_are_taken_as_they_are(string password) => Assert.Equal(password, Passwords.Checked(password, "ada@example.com"));

    [Fact]
    public void One_time_passwords_are_never_refused()
    {
        for (var i = 0; i < 20; i++)
        {
            Passwords.Checked(Passwords.NewOneTime(), "ada@example.com");
        }
    }
}
