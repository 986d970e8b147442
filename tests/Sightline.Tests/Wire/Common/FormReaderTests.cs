using System.Text;
using Sightline.Core.Wire.Common;
using Sightline.Tests.Wire.Fuzzing;

namespace Sightline.Tests.Wire.Common;

public sealed class FormReaderTests
{
    [Theory]
    [InlineData("a=1&b=2", "a", "1")]
    [InlineData("a=1&a=2", "a", "2")]
    [InlineData("a=x+y%20z", "a", "x y z")]
    [InlineData("a=100%", "a", "100%")]
    [InlineData("a=%4", "a", "%4")]
    [InlineData("a=%zz%41", "a", "%zzA")]
    [InlineData("a", "a", "")]
    [InlineData("a=b=c", "a", "b=c")]
    [InlineData("&&a=1&", "a", "1")]
    [InlineData("=1&a=2", "a", "2")]
    [InlineData("%61=1", "a", "1")]
    [InlineData("a.b=1", "a_b", "1")]
    [InlineData("a+b=1", "a_b", "1")]
    [InlineData("++a=1", "a", "1")]
    [InlineData("a%00b=1", "a", "1")]
    [InlineData("a=x%00y", "a", "xy")]
    [InlineData("a[b=1", "a_b", "1")]
    [InlineData("a=%C3%A4%F0%9F%98%80", "a", "ä😀")]
    [InlineData("a=%FF%FE", "a", "\ufffd\ufffd")]
    [InlineData("a[x]=1&a=2", "a", "2")]
    [InlineData("a;b=1", "a;b", "1")]
    public void Texts_are_read_as_PHP_reads_them(string query, string name, string expected) => Assert.Equal(expected, Read(query).Text(name));

    [Theory]
    [InlineData("a[]=1&a[]=2", """["1","2"]""")]
    [InlineData("a[1][]=n&a[1][]=v", """{"1":["n","v"]}""")]
    [InlineData("a[k]=1&a[k]=2", """{"k":"2"}""")]
    [InlineData("a[5]=x&a[]=y", """{"5":"x","6":"y"}""")]
    [InlineData("a%5B0%5D=1", """["1"]""")]
    [InlineData("a=2&a[x]=1", """{"x":"1"}""")]
    [InlineData("a[x]rest=1", """{"x":"1"}""")]
    [InlineData("a[x][y=1", """{"x":"1"}""")]
    public void Brackets_make_arrays(string query, string json)
    {
        var fields = Read(query);
        Assert.Null(fields.Text("a"));
        Assert.Equal(json, fields.Json("a"));
    }

    [Fact]
    public void The_first_thousand_parameters_count_and_the_rest_shows()
    {
        var fields = Read(string.Join('&', Enumerable.Range(0, 1_000_000).Select(i => $"p{i}=1")));
        Assert.True(fields.Overflowed);
        Assert.Equal(FormFields.MaxFields, fields.Count);
        Assert.False(Read(string.Join('&', Enumerable.Range(0, FormFields.MaxFields).Select(i => $"p{i}=1"))).Overflowed);
    }

    [Fact]
    public void Nesting_beyond_the_limit_is_left_out() => Assert.DoesNotContain("deep", Read("a" + string.Concat(Enumerable.Repeat("[x]", 5000)) + "=deep").Json("a"), StringComparison.Ordinal);

    [Fact]
    public void What_is_there_wins_over_what_is_added()
    {
        var query = Read("a=1");
        query.AddMissing(Read("a=2&b=3"));
        Assert.Equal("1", query.Text("a"));
        Assert.Equal("3", query.Text("b"));
    }

    [Fact]
    public void Mutated_forms_never_throw()
    {
        var fields = new FormFields();
        FuzzRun.Run(nameof(FormReader), ["idsite=1&rec=1&url=http%3A%2F%2Fexample.com%2F%3Fa%3Db&cvar[1][]=n&cvar[1][]=v", "a[]=1&a[b][c]=%E2%82%AC+x&a.b=%00"], Target, FuzzRun.DefaultIterations, "[]", "[", "]", "%5B%5D", "a=");

        void Target(ReadOnlyMemory<byte> input)
        {
            fields.Clear();
            FormReader.Read(input.Span, fields);
            foreach (var name in fields.Names)
            {
                var json = fields.Json(name)!;
                Assert.True(fields.Text(name) is not null || json[0] is '[' or '{');
            }
        }
    }

    private static FormFields Read(string query)
    {
        var fields = new FormFields();
        FormReader.Read(Encoding.UTF8.GetBytes(query), fields);
        return fields;
    }
}
