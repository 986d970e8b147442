namespace Sightline.Server.Demo;

/// <summary>What it is like in the shop at one moment of a plan; the same for the same plan and time, whenever it is asked for.</summary>
/// <param name="Seed">The plan's.</param>
/// <param name="Time">Unix seconds.</param>
/// <param name="Hour">Of the day where the shop is, with its fraction.</param>
/// <param name="Days">Since the plan began, with the fraction of the day.</param>
/// <param name="Load">Of the shop: 1 in the busiest hour of an ordinary day.</param>
/// <param name="IsTuesday">In the project's zone.</param>
/// <param name="IsBadDeploy">Nobody can pay in Chrome.</param>
internal readonly record struct DemoMoment(int Seed, long Time, double Hour, double Days, double Load, bool IsTuesday, bool IsBadDeploy)
{
    private const int SlowSeconds = 1800;

    /// <summary>Around 1: it wanders within half hours, and trembles within minutes.</summary>
    /// <param name="number">Of the noise.</param>
    /// <param name="strength">How far from 1 at most.</param>
    public double Around(int number, double strength)
    {
        var (slot, part) = (Time / SlowSeconds, Time % SlowSeconds / (double)SlowSeconds);
        var eased = part * part * (3 - (2 * part));
        var slow = (Noise(number, slot) * (1 - eased)) + (Noise(number, slot + 1) * eased);
        return 1 + (strength * ((0.65 * slow) + (0.35 * Noise(number + 1000, Time))));
    }

    /// <summary>1 at this hour of the day, nearly nothing a few widths away.</summary>
    public double Bump(double hour, double width) => Math.Exp(-(Hour - hour) * (Hour - hour) / (2 * width * width));

    // Between -1 and 1. Random of a seed each would cost more than all the rest.
    private double Noise(int number, long at)
    {
        var hash = unchecked(((ulong)at * 0x9E3779B97F4A7C15) ^ ((ulong)(uint)number * 0xC2B2AE3D27D4EB4F) ^ (ulong)(uint)Seed);
        hash = unchecked((hash ^ (hash >> 31)) * 0xBF58476D1CE4E5B9);
        hash = unchecked((hash ^ (hash >> 29)) * 0x94D049BB133111EB);
        return ((hash >> 11) * (2.0 / (1UL << 53))) - 1;
    }
}
