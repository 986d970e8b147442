using System.Text;
using Sightline.Core.Model;

namespace Sightline.Tests.Model;

public sealed class TextCacheTests
{
    [Fact]
    public void A_text_that_comes_again_is_one_string_from_its_second_coming_on()
    {
        var cache = new TextCache();
        var first = cache.Get("https://shop.example/"u8);
        var second = cache.Get("https://shop.example/"u8);
        Assert.NotSame(first, second);
        Assert.Same(second, cache.Get("https://shop.example/"u8));
        Assert.Same(second, cache.Get("https://shop.example/"u8));
    }

    [Fact]
    public void Whatever_shares_a_slot_every_text_is_what_its_bytes_say()
    {
        var cache = new TextCache();
        var random = new Random(20261122);
        var texts = Enumerable.Range(0, 20_000).Select(n => n % 7 == 0 ? new string('x', n % 300) : $"Größe {n % 3000} \u20ac").ToArray();
        for (var i = 0; i < 200_000; i++)
        {
            var text = texts[random.Next(texts.Length)];
            Assert.Equal(text, cache.Get(Encoding.UTF8.GetBytes(text)));
        }
    }
}
