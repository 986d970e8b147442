using System.Text;
using Sightline.Server.Features.Accounts;

namespace Sightline.Tests.Accounts;

public sealed class TotpTests
{
    private static readonly byte[] RfcSecret = Encoding.ASCII.GetBytes("12345678901234567890");

    // RFC 6238, appendix B, the SHA-1 rows, of whose eight digits the last six are ours.
    [Theory]
    [InlineData(59, "287082")]
    [InlineData(1111111109, "081804")]
    [InlineData(1111111111, "050471")]
    [InlineData(1234567890, "005924")]
    [InlineData(2000000000, "279037")]
    [InlineData(20000000000, "353130")]
    public void Codes_are_those_of_the_rfc(long seconds, string code) =>
        Assert.Equal(code, Totp.Code(RfcSecret, Totp.StepAt(DateTimeOffset.FromUnixTimeSeconds(seconds))));

    [Fact]
    public void A_code_counts_in_its_half_minute_and_in_the_one_before_and_after()
    {
        var now = DateTimeOffset.FromUnixTimeSeconds(1_795_000_000);
        var step = Totp.StepAt(now);
        for (var drift = -3; drift <= 3; drift++)
        {
            var isFound = Totp.TryFind(RfcSecret, Totp.Code(RfcSecret, step + drift), now, out var found);
            Assert.Equal(Math.Abs(drift) <= 1, isFound);
            Assert.Equal(isFound ? step + drift : -1, found);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("12345")]
    [InlineData("1234567")]
    [InlineData("abcdef")]
    public void What_is_no_code_is_found_nowhere(string code) => Assert.False(Totp.TryFind(RfcSecret, code, DateTimeOffset.UnixEpoch, out _));

    [Fact]
    public void The_address_names_the_account_and_holds_the_secret_in_base32()
    {
        Assert.Equal(
            "otpauth://totp/Sightline%20stats.example.com:ada%2Bx%40example.com?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Sightline%20stats.example.com&algorithm=SHA1&digits=6&period=30",
            Totp.Uri(RfcSecret, "Sightline stats.example.com", "ada+x@example.com"));
        Assert.Equal("GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ", Totp.Words(RfcSecret));
    }

    // RFC 4648, section 10.
    [Theory]
    [InlineData("", "")]
    [InlineData("f", "MY")]
    [InlineData("fo", "MZXQ")]
    [InlineData("foo", "MZXW6")]
    [InlineData("foob", "MZXW6YQ")]
    [InlineData("fooba", "MZXW6YTB")]
    [InlineData("foobar", "MZXW6YTBOI")]
    public void Base32_is_that_of_the_rfc(string plain, string encoded) => Assert.Equal(encoded, Totp.Base32(Encoding.ASCII.GetBytes(plain)));

    [Fact]
    public void A_qr_code_has_its_three_corners_and_nothing_in_its_quiet_zone()
    {
        var code = QrCode.Of(Totp.Uri(RfcSecret, "Sightline", "ada@example.com"));
        // Modules are 17 + 4 times the version; the quiet zone of four on each side comes on top.
        Assert.Equal(1, (code.Size - 8) % 4);
        var end = code.Size - 4 - 7;
        foreach (var corner in new[] { $"M4 4h7v1h-7z", $"M{end} 4h7v1h-7z", $"M4 {end}h7v1h-7z" })
        {
            Assert.Contains(corner, code.Path, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("M3 ", code.Path, StringComparison.Ordinal);
        Assert.DoesNotContain(" 3h", code.Path, StringComparison.Ordinal);
    }

    [Fact]
    public void Recovery_codes_differ_and_are_read_however_they_are_typed()
    {
        var codes = RecoveryCodes.New();
        Assert.Equal(10, codes.Distinct().Count());
        Assert.All(codes, code => Assert.Matches("^([a-z2-9]{4}-){3}[a-z2-9]{4}$", code));
        var code = codes[0];
        Assert.True(RecoveryCodes.IsShapedLike(code));
        Assert.False(RecoveryCodes.IsShapedLike("123 456"));
        Assert.Equal(RecoveryCodes.Hash(1, code), RecoveryCodes.Hash(1, " " + code.Replace("-", " ", StringComparison.Ordinal).ToUpperInvariant()));
        Assert.NotEqual(RecoveryCodes.Hash(1, code), RecoveryCodes.Hash(2, code));
    }
}
