using Sightline.Core.Wire.Common;

namespace Sightline.Tests.Wire.Common;

public sealed class TextTests
{
    [Theory]
    [InlineData("12.5", 125_000)]
    [InlineData("0", 0)]
    [InlineData("-3.99", -39_900)]
    [InlineData("1e3", 10_000_000)]
    [InlineData("0.00005", 0)]
    [InlineData("0.00015", 2)]
    [InlineData("922337203685477", 9_223_372_036_854_770_000)]
    public void Money_is_read_in_ten_thousandths(string text, long expected)
    {
        Assert.True(Text.TryMoneyE4(text, out var amount));
        Assert.Equal(expected, amount);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("12,50")]
    [InlineData("NaN")]
    [InlineData("1e400")]
    [InlineData("922337203685478")]
    [InlineData("12.5 EUR")]
    public void What_is_no_amount_is_refused(string? text) => Assert.False(Text.TryMoneyE4(text, out _));
}
