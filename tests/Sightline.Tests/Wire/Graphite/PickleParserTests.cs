using System.Globalization;
using System.Text;
using Sightline.Core.Wire.Graphite;
using Sightline.Tests.Wire.Fuzzing;

namespace Sightline.Tests.Wire.Graphite;

public sealed class PickleParserTests
{
    private const uint Now = 1_795_330_123;

    private const string Statsd = "(l(S'stats.gorets'\n(L1795330123L\nS'0.1'\nttaa.";

    /// <summary>The same list as CPython 3.11 writes it in each of its protocols.</summary>
    public static TheoryData<int, string> Protocols => new()
    {
        { 0, "KGxwMAooVmEuYgpwMQooSTE3OTUzMzAwMDAKRjEuNQp0cDIKdHAzCmEobHA0ClZjCnA1CmEobHA2CkYxNzk1MzMwMDAxLjcKYVYyMApwNwphYWEoVmNhZukKcDgKKEktMQpJNwp0cDkKdHAxMAphKFZiaWcKcDExCihJMQpMMTE4MDU5MTYyMDcxNzQxMTMwMzQyNEwKdHAxMgp0cDEzCmEoVndvcmQKcDE0CihJMgpJLTMKdHAxNQp0cDE2CmEoVmJvb2wKcDE3CihJMwpJMDEKdHAxOAp0cDE5CmEoVm5lZwpwMjAKKEk0CkktNzAwMDAKdHAyMQp0cDIyCmEoVnMKcDIzCihJNzAwMDAKSTMwMAp0cDI0CnRwMjUKYS4=" },
        { 1, "XXEAKChYAwAAAGEuYnEBKErQjwJrRz/4AAAAAAAAdHECdHEDXXEEKFgBAAAAY3EFXXEGKEdB2sCj9GzMzVgCAAAAMjBxB2VlKFgFAAAAY2Fmw6lxCChK/////0sHdHEJdHEKKFgDAAAAYmlncQsoSwFMMTE4MDU5MTYyMDcxNzQxMTMwMzQyNEwKdHEMdHENKFgEAAAAd29yZHEOKEsCSv3///90cQ90cRAoWAQAAABib29scREoSwNJMDEKdHESdHETKFgDAAAAbmVncRQoSwRKkO7+/3RxFXRxFihYAQAAAHNxFyhKcBEBAE0sAXRxGHRxGWUu" },
        { 2, "gAJdcQAoWAMAAABhLmJxAUrQjwJrRz/4AAAAAAAAhnEChnEDXXEEKFgBAAAAY3EFXXEGKEdB2sCj9GzMzVgCAAAAMjBxB2VlWAUAAABjYWbDqXEISv////9LB4ZxCYZxClgDAAAAYmlncQtLAYoJAAAAAAAAAABAhnEMhnENWAQAAAB3b3JkcQ5LAkr9////hnEPhnEQWAQAAABib29scRFLA4iGcRKGcRNYAwAAAG5lZ3EUSwRKkO7+/4ZxFYZxFlgBAAAAc3EXSnARAQBNLAGGcRiGcRllLg==" },
        { 3, "gANdcQAoWAMAAABhLmJxAUrQjwJrRz/4AAAAAAAAhnEChnEDXXEEKFgBAAAAY3EFXXEGKEdB2sCj9GzMzVgCAAAAMjBxB2VlWAUAAABjYWbDqXEISv////9LB4ZxCYZxClgDAAAAYmlncQtLAYoJAAAAAAAAAABAhnEMhnENQwR3b3JkcQ5LAkr9////hnEPhnEQWAQAAABib29scRFLA4iGcRKGcRNYAwAAAG5lZ3EUSwRKkO7+/4ZxFYZxFlgBAAAAc3EXSnARAQBNLAGGcRiGcRllLg==" },
        { 4, "gASVogAAAAAAAABdlCiMA2EuYpRK0I8Ca0c/+AAAAAAAAIaUhpRdlCiMAWOUXZQoR0HawKP0bMzNjAIyMJRlZYwFY2Fmw6mUSv////9LB4aUhpSMA2JpZ5RLAYoJAAAAAAAAAABAhpSGlEMEd29yZJRLAkr9////hpSGlIwEYm9vbJRLA4iGlIaUjANuZWeUSwRKkO7+/4aUhpSMAXOUSnARAQBNLAGGlIaUZS4=" },
        { 5, "gAWVogAAAAAAAABdlCiMA2EuYpRK0I8Ca0c/+AAAAAAAAIaUhpRdlCiMAWOUXZQoR0HawKP0bMzNjAIyMJRlZYwFY2Fmw6mUSv////9LB4aUhpSMA2JpZ5RLAYoJAAAAAAAAAABAhpSGlEMEd29yZJRLAkr9////hpSGlIwEYm9vbJRLA4iGlIaUjANuZWeUSwRKkO7+/4aUhpSMAXOUSnARAQBNLAGGlIaUZS4=" },
    };

    [Theory]
    [MemberData(nameof(Protocols))]
    public void Reads_every_protocol(int protocol, string pickle)
    {
        Assert.InRange(protocol, 0, 5);
        Assert.Equal(
            ["a.b 1.5 1795330000", "c 20 1795330001", "caf\u00e9 7 1795330123", "big 1.1805916207174113E+21 1", "word -3 2", "bool 1 3", "neg -70000 4", "s 300 70000"],
            Read(Convert.FromBase64String(pickle)));
    }

    [Theory]
    [InlineData("(l(S'stats.gorets'\n(L1795330123L\nS'0.1'\ntta.", "stats.gorets 0.1 1795330123")]
    [InlineData("(l(S'it\\'s\\x2e1'\n(I5\nF1.5\ntta.", "it's.1 1.5 5")]
    [InlineData("(l(V\\u00e9\n(I5\nI01\ntta.", "\u00e9 1 5")]
    [InlineData("(lI1\na.", "Malformed")]
    [InlineData("(l(S'a'\nI1\nta.", "Malformed")]
    [InlineData("(l(S'a'\n(I1\ntta.", "Malformed")]
    [InlineData("(l(I1\n(I1\nI1\ntta.", "Malformed")]
    [InlineData("(l(S'a'\n(I1\nNtta.", "Malformed")]
    [InlineData("(l(S'a'\n(I1\nFnan\ntta.", "NotANumber")]
    [InlineData("(l(S'a'\n(I-2\nI1\ntta.", "BadTime")]
    [InlineData("(l(S''\n(I1\nI1\ntta.", "Malformed")]
    [InlineData("(l(S'a b'\n(I1\nI1\ntta.", "Malformed")]
    [InlineData("(l.", "")]
    public void Reads_members_for_themselves(string pickle, string read) => Assert.Equal(read, string.Join('|', Read(Encoding.UTF8.GetBytes(pickle))!));

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("I1\n.")]
    [InlineData("(l")]
    [InlineData("l.")]
    [InlineData("a.")]
    [InlineData("(l(S'a\n.")]
    [InlineData("g9\n.")]
    [InlineData("T\u007f\u007f\u007f\u007f.")]
    [InlineData("cos\nsystem\n(S'touch /tmp/x'\ntR.")]
    [InlineData("cposix\nsystem\n.")]
    [InlineData("(S'x'\nios\nsystem\n.")]
    [InlineData("(lp0\n(dp1\n.")]
    [InlineData("P1\n.")]
    [InlineData("(l(S'a'\n(I1\nI1\nttab.")]
    public void Refuses_what_is_broken_or_more_than_data(string pickle) => Assert.Null(Read(Encoding.UTF8.GetBytes(pickle)));

    [Fact]
    public void A_list_that_holds_itself_is_read_once() => Assert.Equal(["Malformed"], Read("(lp0\ng0\na."u8.ToArray()));

    [Fact]
    public void A_pickle_that_multiplies_itself_is_refused()
    {
        // Each round puts the list into itself once more than before.
        var bomb = "]q\0"u8.ToArray().Concat(Enumerable.Repeat("(h\0h\0h\0h\0h\0h\0h\0h\0e"u8.ToArray(), 200_000).SelectMany(bytes => bytes)).Append((byte)'.').ToArray();
        Assert.Null(Read(bomb));
    }

    [Fact]
    public void Deep_nesting_takes_no_stack()
    {
        var deep = "I1\n"u8.ToArray().Concat(Enumerable.Repeat((byte)0x85, 500_000)).Append((byte)'.').ToArray();
        Assert.Equal(["Malformed"], Read(deep));
    }

    [Fact]
    public void Mutated_pickles_are_read_or_refused()
    {
        var seeds = Protocols.Select(row => Convert.FromBase64String(row.Data.Item2)).Append(Encoding.UTF8.GetBytes(Statsd)).ToList();
        FuzzRun.Run("carbon pickle", seeds, Look, FuzzRun.DefaultIterations, "(l", "(t", "ta", "\u0085", "S'", "L5L\n", "cos\nsystem\n", "R", "h\0", "2", "e", ".");

        static void Look(ReadOnlyMemory<byte> input)
        {
            var taken = 0;
            PickleParser.TryParse(input, Now, (fault, name, point) =>
            {
                taken++;
                Assert.True(fault != GraphiteFault.None || (name.Length is > 0 and <= SeriesName.MaxBytes && !double.IsNaN(point.Value)));
            });
            Assert.True(taken <= input.Length);
        }
    }

    private static List<string>? Read(byte[] pickle)
    {
        var read = new List<string>();
        return PickleParser.TryParse(
            pickle, Now, (fault, name, point) => read.Add(fault == GraphiteFault.None ? string.Create(CultureInfo.InvariantCulture, $"{Encoding.UTF8.GetString(name)} {point.Value} {point.Time}") : fault.ToString()))
            ? read
            : null;
    }
}
