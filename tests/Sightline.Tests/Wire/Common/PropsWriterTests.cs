using System.Text;
using System.Text.Json;
using Sightline.Core.Model;
using Sightline.Core.Wire.Common;

namespace Sightline.Tests.Wire.Common;

public sealed class PropsWriterTests
{
    private readonly PropsWriter _props = new();

    [Fact]
    public void Writes_one_flat_object_of_texts_numbers_and_booleans()
    {
        _props.Add("text", "a \"quoted\" ä");
        _props.Add("empty", "");
        _props.Add("none", null);
        _props.Add("number", 12.5);
        _props.Add("count", 3L);
        _props.Add("yes", true);
        Assert.Equal("""{"text":"a \"quoted\" ä","number":12.5,"count":3,"yes":true}""", Written());
    }

    [Fact]
    public void The_last_value_of_a_key_wins()
    {
        _props.Add("a", "1");
        _props.Add("b", "2");
        _props.Add("a", "3");
        Assert.Equal("""{"a":"3","b":"2"}""", Written());
    }

    [Fact]
    public void No_properties_are_no_object() => Assert.Null(_props.ToBytes());

    [Fact]
    public void Too_many_properties_are_counted_in_one_of_their_own()
    {
        for (var i = 0; i < EventLimits.Props + 5; i++)
        {
            _props.Add($"p{i}", "x");
        }

        using var document = JsonDocument.Parse(_props.ToBytes());
        Assert.Equal(EventLimits.Props, document.RootElement.EnumerateObject().Count());
        Assert.Equal(6, document.RootElement.GetProperty(PropsWriter.LeftOutKey).GetInt32());
    }

    [Theory]
    [InlineData("x")]
    [InlineData("\"")]
    [InlineData("\u0001")]
    [InlineData("\u00e4")]
    [InlineData("\u2028")]
    [InlineData("\U0001f600")]
    public void Long_properties_stay_within_the_limit_in_bytes(string character)
    {
        for (var i = 0; i < 20; i++)
        {
            _props.Add($"p{i}", string.Concat(Enumerable.Repeat(character, 2048)));
        }

        var bytes = _props.ToBytes()!;
        Assert.InRange(bytes.Length, 1, EventLimits.PropsBytes);
        using var document = JsonDocument.Parse(bytes);
        Assert.Equal(21 - document.RootElement.EnumerateObject().Count(), document.RootElement.GetProperty(PropsWriter.LeftOutKey).GetInt32());
    }

    [Fact]
    public void Keys_and_texts_are_cut_between_characters()
    {
        _props.Add(new string('k', 254) + "\U0001f600", new string('v', 2047) + "\U0001f600");
        using var document = JsonDocument.Parse(_props.ToBytes());
        var property = document.RootElement.EnumerateObject().Single();
        Assert.Equal(254, property.Name.Length);
        Assert.Equal(2047, property.Value.GetString()!.Length);
    }

    [Fact]
    public void Half_a_character_becomes_a_replacement()
    {
        _props.Add("a", "x\ud800y");
        Assert.Equal("{\"a\":\"x\ufffdy\"}", Written());
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void What_JSON_cannot_say_is_left_out(double number)
    {
        _props.Add("a", number);
        Assert.Equal("""{"props_left_out":1}""", Written());
    }

    private string Written() => Encoding.UTF8.GetString(_props.ToBytes()!);
}
