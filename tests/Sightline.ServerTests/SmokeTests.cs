namespace Sightline.ServerTests;

public sealed class SmokeTests
{
    [Fact]
    public void Log_positions_are_ordered() => Assert.True(Core.Model.LogPosition.Start < new Core.Model.LogPosition(1));
}
