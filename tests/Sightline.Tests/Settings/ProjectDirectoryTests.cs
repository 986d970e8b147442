using Microsoft.Extensions.Time.Testing;
using Sightline.Core.Model;
using Sightline.Store.Settings;

namespace Sightline.Tests.Settings;

public sealed class ProjectDirectoryTests : IDisposable
{
    private readonly TempData data = new();
    private readonly SettingsDb db;
    private readonly ProjectStore projects;
    private readonly TokenStore tokens;
    private readonly ProjectDirectory directory;

    public ProjectDirectoryTests()
    {
        db = data.Open();
        projects = new ProjectStore(db, data.Time);
        tokens = new TokenStore(db, data.Time);
        directory = new ProjectDirectory(db, data.Time);
    }

    public void Dispose()
    {
        directory.Dispose();
        data.Dispose();
    }

    [Fact]
    public void A_project_is_found_by_its_key_and_id_at_once()
    {
        var made = projects.Add("Shop");
        Assert.True(directory.TryGetByKey(made.PublicKey, out var byText));
        Assert.True(directory.TryGetByKey($"x{made.PublicKey}y".AsSpan()[1..^1], out var bySpan));
        Assert.True(directory.TryGetById(made.Id, out var byId));
        Assert.All(new[] { byText, bySpan, byId }, found => Assert.Equal("Shop", found.Name));
        Assert.Equal("Shop", Assert.Single(directory.All).Name);
    }

    [Fact]
    public void Keys_are_matched_exactly()
    {
        var key = projects.Add("Shop").PublicKey;
        Assert.False(directory.TryGetByKey("", out _));
        Assert.False(directory.TryGetByKey(key[1..], out _));
        Assert.False(directory.TryGetByKey(string.Concat(key.Select(c => char.IsUpper(c) ? char.ToLowerInvariant(c) : char.ToUpperInvariant(c))), out _));
        Assert.False(directory.TryGetById(99, out _));
    }

    [Fact]
    public void Changes_of_another_process_show_at_the_next_look()
    {
        var elsewhere = new ProjectStore(data.Open(), data.Time);
        var made = elsewhere.Add("Shop");
        Assert.False(directory.TryGetByKey(made.PublicKey, out _));
        directory.RunOnce();
        Assert.True(directory.TryGetByKey(made.PublicKey, out _));
        elsewhere.Remove(made.Id);
        directory.RunOnce();
        Assert.False(directory.TryGetByKey(made.PublicKey, out _));
    }

    [Fact]
    public async Task After_looking_again_what_was_committed_before_is_known_and_many_who_ask_cost_one_look_each_interval()
    {
        var pace = new FakeTimeProvider();
        using var asked = new ProjectDirectory(data.Open(), data.Time, pace);
        var elsewhere = new ProjectStore(data.Open(), data.Time);
        var first = elsewhere.Add("First");
        await asked.LookAgainAsync();
        Assert.True(asked.TryGetByKey(first.PublicKey, out _));
        Assert.Equal(1, asked.Looks);

        // The interval is not over: everybody waits for the same look, also for what was committed since the last one.
        var second = elsewhere.Add("Second");
        var waiting = Enumerable.Range(0, 10_000).Select(_ => asked.LookAgainAsync()).ToArray();
        Assert.All(waiting, look => Assert.Same(waiting[0], look));
        pace.Advance(ProjectDirectory.LookEvery - TimeSpan.FromMilliseconds(1));
        Assert.False(waiting[0].IsCompleted);
        Assert.False(asked.TryGetByKey(second.PublicKey, out _));
        pace.Advance(TimeSpan.FromMilliseconds(1));
        await waiting[0];
        Assert.True(asked.TryGetByKey(second.PublicKey, out _));
        Assert.Equal(2, asked.Looks);

        pace.Advance(ProjectDirectory.LookEvery);
        await asked.LookAgainAsync();
        Assert.Equal(3, asked.Looks);
    }

    [Fact]
    public void A_look_without_a_change_keeps_the_same_objects()
    {
        projects.Add("Shop");
        var before = directory.All;
        directory.RunOnce();
        Assert.Same(before, directory.All);
    }

    [Fact]
    public void A_token_grants_what_it_was_given_until_it_is_revoked()
    {
        var project = projects.Add("Shop");
        var (token, secret) = tokens.Add("ci", TokenScopes.Ingest, project.Id);
        Assert.Equal(new TokenGrant(token.Id, "ci", TokenScopes.Ingest, project.Id), directory.FindToken(secret));
        tokens.Revoke(token.Id);
        Assert.Null(directory.FindToken(secret));
    }

    [Theory]
    [InlineData("")]
    [InlineData("slt_")]
    [InlineData("slt_0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("\ud800 half a character")]
    public void Other_words_grant_nothing(string word)
    {
        var (_, secret) = tokens.Add("ci", TokenScopes.Admin, null);
        Assert.Null(directory.FindToken(word));
        Assert.Null(directory.FindToken(secret + word + "x"));
        Assert.Null(directory.FindToken(secret.ToUpperInvariant()));
        Assert.Null(directory.FindToken(new string('é', 100_000)));
    }

    [Fact]
    public void Last_use_is_saved_about_once_a_minute_and_when_the_server_stops()
    {
        var (_, secret) = tokens.Add("ci", TokenScopes.Read, null);
        var used = data.Time.GetUtcNow().ToUnixTimeMilliseconds();
        directory.FindToken(secret);
        directory.RunOnce();
        Assert.Null(tokens.List()[0].LastUsedMs);
        data.Time.Advance(TimeSpan.FromSeconds(61));
        directory.RunOnce();
        Assert.Equal(used, tokens.List()[0].LastUsedMs);

        directory.FindToken(secret);
        directory.Dispose();
        Assert.Equal(used + 61_000, tokens.List()[0].LastUsedMs);
    }

    [Fact]
    public void Looking_up_allocates_nothing()
    {
        var key = projects.Add("Shop").PublicKey;
        var (_, secret) = tokens.Add("ci", TokenScopes.Read, null);
        Assert.True(LookUp(1000));
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.True(LookUp(1000));
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        bool LookUp(int times)
        {
            var all = true;
            for (var i = 0; i < times; i++)
            {
                all &= directory.TryGetByKey(key.AsSpan(), out _) && directory.TryGetById(1, out _) && directory.FindToken(secret) is not null;
            }

            return all;
        }
    }

    [Fact]
    public async Task Readers_see_whole_states_while_writers_change_them()
    {
        var made = projects.Add("0", new ProjectChange { Domains = ["v0.example"] });
        var done = 0;
        var reader = Task.Run(() =>
        {
            while (Volatile.Read(ref done) == 0)
            {
                directory.RunOnce();
                Assert.True(directory.TryGetById(made.Id, out Project? seen));
                Assert.Equal($"v{seen.Name}.example", Assert.Single(seen.Domains));
            }
        }, TestContext.Current.CancellationToken);
        for (var i = 1; i <= 30; i++)
        {
            projects.Update(made.Id, new ProjectChange { Name = $"{i}", Domains = [$"v{i}.example"] });
        }

        Volatile.Write(ref done, 1);
        await reader;
        Assert.True(directory.TryGetById(made.Id, out var last));
        Assert.Equal("30", last.Name);
    }
}
