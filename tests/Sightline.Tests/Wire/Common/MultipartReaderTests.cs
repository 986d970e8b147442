using System.Text;
using Sightline.Core.Wire.Common;
using Sightline.Tests.Wire.Fuzzing;

namespace Sightline.Tests.Wire.Common;

public sealed class MultipartReaderTests
{
    // As Chromium sends a FormData of three entries, the last of them a file.
    private const string FormData =
        "------WebKitFormBoundaryx1\r\nContent-Disposition: form-data; name=\"idsite\"\r\n\r\n1\r\n"
        + "------WebKitFormBoundaryx1\r\nContent-Disposition: form-data; name=\"cvar[1][]\"\r\n\r\na\r\n--b\r\nc & \u00e4\r\n"
        + "------WebKitFormBoundaryx1\r\nContent-Disposition: form-data; name=\"f\"; filename=\"x.txt\"\r\nContent-Type: text/plain\r\n\r\nfile\r\n"
        + "------WebKitFormBoundaryx1\r\nContent-Disposition: form-data; name=\"empty\"\r\n\r\n\r\n"
        + "------WebKitFormBoundaryx1--\r\n";

    [Fact]
    public void Parts_are_fields_and_files_are_not()
    {
        var fields = new FormFields();
        Assert.True(MultipartReader.TryRead(Encoding.UTF8.GetBytes(FormData), fields));
        Assert.Equal(["idsite", "cvar", "empty"], fields.Names);
        Assert.Equal("1", fields.Text("idsite"));
        Assert.Equal("", fields.Text("empty"));
        Assert.Equal("""{"1":["a\r\n--b\r\nc \u0026 \u00E4"]}""", fields.Json("cvar"));
    }

    [Theory]
    [InlineData("idsite=1&rec=1")]
    [InlineData("--a=1")]
    [InlineData("--\r\n\r\n--")]
    [InlineData("--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nnever closed")]
    [InlineData("")]
    public void Other_bodies_are_none(string body)
    {
        var fields = new FormFields();
        Assert.False(MultipartReader.TryRead(Encoding.UTF8.GetBytes(body), fields));
        Assert.Equal(0, fields.Count);
    }

    [Fact]
    public void More_parts_than_PHP_takes_show()
    {
        var fields = new FormFields();
        MultipartReader.TryRead(Encoding.UTF8.GetBytes("--x" + string.Concat(Enumerable.Range(0, 2000).Select(i => $"\r\nContent-Disposition: form-data; name=\"p{i}\"\r\n\r\n1\r\n--x"))), fields);
        Assert.True(fields.Overflowed);
        Assert.Equal(FormFields.MaxFields, fields.Count);
    }

    [Fact]
    public void Mutated_bodies_never_throw()
    {
        var fields = new FormFields();
        var read = 0;
        FuzzRun.Run(nameof(MultipartReader), [FormData], Target, FuzzRun.DefaultIterations, "------WebKitFormBoundaryx1", "\r\n\r\n", "name=\"", "Content-Disposition:");
        Assert.True(read > 10_000, $"{read}");

        void Target(ReadOnlyMemory<byte> input)
        {
            fields.Clear();
            read += MultipartReader.TryRead(input.Span, fields) ? 1 : 0;
        }
    }
}
