using Sightline.Server;

namespace Sightline.Tests.Queries;

public sealed class MachineMemoryTests
{
    private const long Mebibyte = 1 << 20;

    [Theory]
    [InlineData(512)]
    [InlineData(768)]
    [InlineData(1024)]
    [InlineData(2048)]
    [InlineData(8192)]
    [InlineData(1 << 20)]
    public void All_shares_at_their_fullest_leave_the_server_its_room(long mebibytes)
    {
        var memory = MachineMemory.Of(mebibytes * Mebibyte);
        var most = memory.StoreBytes + memory.QueriesBytes + memory.KeptBytes + memory.AnswersBytes + (memory.UsualSeries * 600L);
        Assert.InRange(most / Mebibyte, 1, mebibytes - 150);
        Assert.True(memory.QueryBytes <= memory.QueriesBytes);
    }

    [Fact]
    public void A_large_machine_gives_no_more_than_helps_and_a_tiny_one_no_less_than_is_needed()
    {
        Assert.Equal(new MachineMemory(1024 * Mebibyte, 512 * Mebibyte, 1024 * Mebibyte, 192 * Mebibyte, 64 * Mebibyte, 1_000_000), MachineMemory.Of(1L << 40));
        Assert.Equal(new MachineMemory(96 * Mebibyte, 32 * Mebibyte, 32 * Mebibyte, 8 * Mebibyte, 4 * Mebibyte, 50_000), MachineMemory.Of(64 * Mebibyte));
    }

    [Fact]
    public void The_operator_says_what_the_store_gets() => Assert.Equal(300 * Mebibyte, MachineMemory.Of(512 * Mebibyte, 300 * Mebibyte).StoreBytes);

    [Fact]
    public void This_machine_has_memory() => Assert.InRange(MachineMemory.OfThisOne().StoreBytes / Mebibyte, 96, 1024);
}
