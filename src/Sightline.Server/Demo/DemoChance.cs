namespace Sightline.Server.Demo;

/// <summary>Ways to draw that <see cref="Random"/> lacks.</summary>
internal static class DemoChance
{
    /// <summary>One of <paramref name="count"/>, by weight.</summary>
    public static int Pick(this Random random, int count, Func<int, double> weight)
    {
        var total = 0.0;
        for (var i = 0; i < count; i++)
        {
            total += weight(i);
        }

        var left = random.NextDouble() * total;
        for (var i = 0; i < count - 1; i++)
        {
            left -= weight(i);
            if (left < 0)
            {
                return i;
            }
        }

        return count - 1;
    }

    public static T Of<T>(this Random random, IReadOnlyList<T> list) => list[random.Next(list.Count)];

    public static bool Happens(this Random random, double probability) => random.NextDouble() < probability;

    /// <summary>A time around <paramref name="typical"/>, now and then much longer: how people read.</summary>
    public static double Around(this Random random, double typical) =>
        typical * Math.Exp(0.7 * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
}
