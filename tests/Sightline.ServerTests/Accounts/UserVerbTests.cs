using System.Net;
using Sightline.ServerTests.Cli;

namespace Sightline.ServerTests.Accounts;

public sealed class UserVerbTests
{
    [Fact]
    public async Task People_are_added_reset_and_removed_beside_a_running_server()
    {
        await using var server = await ServerUnderTest.StartAsync();
        server.AddProject();
        Task<Finished> Run(string input, params string[] words) => SightlineProcess.RunAsync(server.Data, [.. words, "--data", server.Data], input);

        var added = await Run("", "user", "add", "Ada@example.com", "--role", "editor", "--project", "1", "--json");
        Assert.Equal(("", 0), (added.Error, added.ExitCode));
        var oneTime = added.Json.GetProperty("one_time_password").GetString()!;
        Assert.Equal("editor", added.Json.GetProperty("projects")[0].GetProperty("role").GetString());
        using var ada = server.NewBrowser();
        Assert.Equal(HttpStatusCode.Found, (await ada.TrySignInAsync("ada@EXAMPLE.com", oneTime)).Status);
        Assert.Equal("/account/new-password", (await ada.GetAsync("/")).Location);

        Assert.Equal(0, (await Run("a password of my own\n", "user", "reset-password", "ada@example.com", "--password-stdin")).ExitCode);
        Assert.StartsWith("/sign-in", (await ada.GetAsync("/account")).Location, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Found, (await ada.TrySignInAsync("ada@example.com", "a password of my own")).Status);
        Assert.Equal(HttpStatusCode.OK, (await ada.GetAsync("/")).Status);

        var list = await Run("", "user", "list", "--json");
        Assert.Equal(["owner@localhost", "Ada@example.com"], list.Json.EnumerateArray().Select(user => user.GetProperty("email").GetString()));
        Assert.DoesNotContain("hash", list.Output, StringComparison.OrdinalIgnoreCase);

        Assert.Equal(0, (await Run("", "user", "remove", "ada@example.com")).ExitCode);
        Assert.StartsWith("/sign-in", (await ada.GetAsync("/account")).Location, StringComparison.Ordinal);
        var last = await Run("", "user", "remove", "owner@localhost");
        Assert.Equal(1, last.ExitCode);
        Assert.Contains("last owner", last.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, "no project", "user", "add", "ada@example.com")]
    [InlineData(2, "is not a role", "user", "add", "ada@example.com", "--role", "king")]
    [InlineData(2, "is not a role", "user", "add", "ada@example.com", "--role", "4")]
    [InlineData(2, "leave --project out", "user", "add", "ada@example.com", "--role", "owner", "--project", "1")]
    [InlineData(2, "e-mail address", "user", "add", "<script>@example.com", "--role", "owner")]
    [InlineData(2, "12 to 200", "user", "add", "ada@example.com", "--role", "owner", "--password-stdin")]
    [InlineData(1, "holds no Sightline data", "user", "list")]
    public async Task What_cannot_be_done_is_said_in_a_line(int code, string why, params string[] words)
    {
        var directory = Directory.CreateTempSubdirectory("sightline-user-").FullName;
        try
        {
            var finished = await SightlineProcess.RunAsync(directory, [.. words, "--data", directory], "short\n");
            Assert.Equal(code, finished.ExitCode);
            Assert.Contains(why == "no project" ? "--project ID" : why, finished.Error, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }
}
