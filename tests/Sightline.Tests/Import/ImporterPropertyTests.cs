using System.Text;
using Sightline.Server.Import;

namespace Sightline.Tests.Import;

/// <summary>However an import is cut up, by the file's growth or by being killed, its sum is that of one run.</summary>
public sealed class ImporterPropertyTests
{
    [Fact]
    public async Task A_file_cut_anywhere_and_grown_imports_as_if_in_one_run()
    {
        var random = new Random(20261122);
        for (var round = 0; round < 150; round++)
        {
            var log = RandomLog(random);
            var expected = await OnceAsync(log);
            using var rig = new ImportRig();
            for (var end = 0; end < log.Length;)
            {
                end = Math.Min(log.Length, end + 1 + random.Next(log.Length));
                // Another name each time, packed or not: what counts is the content. A packed piece is finished, so only the last may be.
                var content = log.AsSpan(0, end).ToArray();
                var isWhole = end == log.Length;
                var path = rig.Write($"piece{end}", isWhole && random.Next(2) == 0 ? ImportRig.Gzip(content) : content);
                Assert.True((await rig.RunAsync(path)).Succeeded);
                if (random.Next(3) == 0)
                {
                    await rig.RunAsync(path);
                }
            }

            Assert.Equal(expected, rig.Target.Summary());
        }
    }

    [Fact]
    public async Task An_import_killed_between_any_two_slices_goes_on_where_it_was()
    {
        var random = new Random(7);
        for (var round = 0; round < 100; round++)
        {
            var log = RandomLog(random);
            var expected = await OnceAsync(log);
            using var rig = new ImportRig();
            var path = rig.Write("a.log", log);
            for (var killed = true; killed;)
            {
                rig.Target.KillAfter = random.Next(12);
                killed = false;
                try
                {
                    await rig.RunAsync(path);
                }
                catch (KilledException)
                {
                    killed = true;
                }
            }

            Assert.Equal(expected, rig.Target.Summary());
        }
    }

    private static async Task<string> OnceAsync(byte[] log)
    {
        using var rig = new ImportRig();
        var report = await rig.RunAsync(new ImportRequest { Project = 1, Files = [rig.Write("whole.log", log)], SliceLines = 100_000 });
        Assert.True(report.Succeeded);
        return rig.Target.Summary();
    }

    /// <summary>Lines of several formats, seconds that repeat and alternate, headers that change, junk, long lines, odd line ends. Ends with a line end.</summary>
    private static byte[] RandomLog(Random random)
    {
        var text = new StringBuilder(random.Next(4) == 0 ? "\uFEFF" : "");
        var lines = 1 + random.Next(random.Next(10) == 0 ? 1500 : 120);
        for (var i = 0; i < lines; i++)
        {
            var second = 10 + (i / 5) + random.Next(3);
            var minute = second / 60 % 60;
            text.Append(random.Next(24) switch
            {
                0 => "",
                1 => "# comment",
                2 => "#Fields: date time c-ip cs-method cs-uri-stem sc-status",
                3 => "#Fields: time date cs-uri-stem c-ip cs-method sc-status",
                4 => $"2015-05-17 10:{minute:00}:{second % 60:00} 192.0.2.1 GET /w{i} 200",
                5 => $"10:{minute:00}:{second % 60:00} 2015-05-17 /v{i} 192.0.2.1 GET 200",
                6 => $$"""{"time":"2015-05-17T10:{{minute:00}}:{{second % 60:00}}Z","remote_addr":"192.0.2.1","request":"GET /j{{i}} HTTP/1.1","status":200}""",
                7 => "junk " + random.Next(),
                8 when random.Next(20) == 0 => new string('l', 60_000 + random.Next(10_000)),
                9 => $"192.0.2.1 - - [17/May/2015:10:{minute:00}:{second % 60:00} +0000] \"GET /x{i}.css HTTP/1.1\" 200 1 \"-\" \"UA\"",
                10 => "\0\0\0",
                _ => $"192.0.2.1 - - [17/May/2015:10:{minute:00}:{second % 60:00} +0000] \"GET /p{i} HTTP/1.1\" 200 1 \"-\" \"UA ä\"",
            });
            text.Append(random.Next(10) == 0 ? "\r\n" : "\n");
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }
}
