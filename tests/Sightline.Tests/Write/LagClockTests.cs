using Microsoft.Extensions.Time.Testing;
using Sightline.Server.Write;

namespace Sightline.Tests.Write;

public sealed class LagClockTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Lag_grows_while_the_store_is_behind_and_ends_when_it_has_everything()
    {
        var clock = new LagClock(_time, 100);
        Assert.Equal(TimeSpan.Zero, clock.Lag);
        clock.Note(100);
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(TimeSpan.Zero, clock.Lag);

        clock.Note(250);
        _time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(TimeSpan.FromSeconds(3), clock.Lag);
        clock.Stored(250);
        Assert.Equal(TimeSpan.Zero, clock.Lag);
    }

    [Fact]
    public void A_batch_that_was_full_does_not_hide_how_old_the_rest_is()
    {
        var clock = new LagClock(_time, 0);
        clock.Note(1000);
        _time.Advance(TimeSpan.FromSeconds(4));
        clock.Stored(400);
        Assert.Equal(TimeSpan.FromSeconds(4), clock.Lag);

        clock.Note(2000);
        _time.Advance(TimeSpan.FromSeconds(2));
        clock.Stored(1000);
        // What lies between 1000 and 2000 came after the first note, six seconds ago, and perhaps right after it.
        Assert.Equal(TimeSpan.FromSeconds(6), clock.Lag);
        clock.Stored(2000);
        Assert.Equal(TimeSpan.Zero, clock.Lag);
    }
}
