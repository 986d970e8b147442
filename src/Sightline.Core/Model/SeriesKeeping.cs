using System.Globalization;

namespace Sightline.Core.Model;

/// <summary>How the values of several steps become one of a coarser step. Numbers are whisper's.</summary>
public enum RollUpMethod : byte
{
    Average = 1,
    Sum = 2,
    Last = 3,
    Max = 4,
    Min = 5,
    /// <summary>The average with missing values taken as 0.</summary>
    AverageZero = 6,
    /// <summary>The value farthest from 0.</summary>
    AbsMax = 7,
    /// <summary>The value nearest to 0.</summary>
    AbsMin = 8,
}

/// <summary>Values of a series at one step, kept for a time.</summary>
/// <param name="Step">Seconds between two values.</param>
/// <param name="Points">How many are kept.</param>
public readonly record struct SeriesArchive(uint Step, uint Points)
{
    /// <summary>Seconds that values are kept for.</summary>
    public long Retention => (long)Step * Points;
}

/// <summary>At which steps a series is kept, for how long, and how finer values become coarser ones: what carbon calls a schema and an aggregation.</summary>
public sealed class SeriesKeeping : IEquatable<SeriesKeeping>
{
    private static readonly string[] MethodNames = ["", "average", "sum", "last", "max", "min", "avg_zero", "absmax", "absmin"];

    private readonly string _text;

    /// <param name="archives">The finest first; see <see cref="FaultOf"/>.</param>
    /// <param name="method">For coarser values.</param>
    /// <param name="xFilesFactor">The share of finer values that must be there for a coarser one, 0 to 1.</param>
    /// <exception cref="ArgumentException">They cannot be.</exception>
    public SeriesKeeping(IReadOnlyList<SeriesArchive> archives, RollUpMethod method, float xFilesFactor)
    {
        if (FaultOf(archives) is { } fault)
        {
            throw new ArgumentException(fault, nameof(archives));
        }

        if (!Enum.IsDefined(method) || xFilesFactor is not (>= 0 and <= 1))
        {
            throw new ArgumentException("the method or the xFilesFactor is none", nameof(method));
        }

        (Archives, Method, XFilesFactor) = (archives, method, xFilesFactor);
        _text = string.Create(CultureInfo.InvariantCulture,
            $"{string.Join(',', archives.Select(static archive => string.Create(CultureInfo.InvariantCulture, $"{archive.Step}:{archive.Points}")))} {NameOf(method)} {xFilesFactor:R}");
    }

    /// <summary>The finest first.</summary>
    public IReadOnlyList<SeriesArchive> Archives { get; }

    public RollUpMethod Method { get; }

    public float XFilesFactor { get; }

    /// <summary>Seconds after which nothing is kept.</summary>
    public long MaxRetention => Archives[^1].Retention;

    /// <summary>The finest archive that reaches back that far, or the last. Whisper's choice when it reads, and when it writes.</summary>
    public int LevelFor(long ageSeconds)
    {
        for (var level = 0; level < Archives.Count; level++)
        {
            if (Archives[level].Retention >= ageSeconds)
            {
                return level;
            }
        }

        return Archives.Count - 1;
    }

    /// <summary>What is wrong with a list of archives; <see langword="null"/>: nothing. The rules are whisper's.</summary>
    public static string? FaultOf(IReadOnlyList<SeriesArchive> archives)
    {
        if (archives.Count is 0 or > 20)
        {
            return "there must be one to twenty archives";
        }

        for (var i = 0; i < archives.Count; i++)
        {
            var archive = archives[i];
            if (archive.Step == 0 || archive.Points == 0 || archive.Retention > int.MaxValue)
            {
                return $"{archive.Step}:{archive.Points} is no archive";
            }

            if (i + 1 == archives.Count)
            {
                break;
            }

            var next = archives[i + 1];
            if (next.Step <= archive.Step)
            {
                return $"an archive of {next.Step} seconds a step cannot follow one of {archive.Step}: the finest comes first, and none comes twice";
            }

            if (next.Step % archive.Step != 0)
            {
                return $"a step of {next.Step} seconds is no multiple of the one before, {archive.Step}";
            }

            if (next.Retention <= archive.Retention)
            {
                return $"the archive of {next.Step} seconds a step must reach back farther than the one before it";
            }

            if (archive.Points < next.Step / archive.Step)
            {
                return $"the archive of {archive.Step} seconds a step has too few points to make one of {next.Step} seconds";
            }
        }

        return null;
    }

    public static string NameOf(RollUpMethod method) => MethodNames[(int)method];

    public static bool TryMethod(string name, out RollUpMethod method)
    {
        var number = name is "avg" ? 1 : Array.IndexOf(MethodNames, name);
        method = (RollUpMethod)Math.Max(0, number);
        return number > 0;
    }

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static SeriesKeeping Parse(string text)
    {
        var parts = text.Split(' ');
        if (parts.Length != 3 || !TryMethod(parts[1], out var method) || !float.TryParse(parts[2], NumberStyles.Float, CultureInfo.InvariantCulture, out var factor))
        {
            throw new FormatException($"'{text}' does not say how a series is kept");
        }

        var archives = new List<SeriesArchive>();
        foreach (var archive in parts[0].Split(','))
        {
            var colon = archive.IndexOf(':', StringComparison.Ordinal);
            if (colon < 0 || !uint.TryParse(archive.AsSpan(0, colon), CultureInfo.InvariantCulture, out var step) || !uint.TryParse(archive.AsSpan(colon + 1), CultureInfo.InvariantCulture, out var points))
            {
                throw new FormatException($"'{archive}' is no archive");
            }

            archives.Add(new SeriesArchive(step, points));
        }

        try
        {
            return new SeriesKeeping(archives, method, factor);
        }
        catch (ArgumentException e)
        {
            throw new FormatException(e.Message, e);
        }
    }

    /// <summary><c>10:2160,60:10080 average 0.5</c>: step and points of each archive, the method, the xFilesFactor.</summary>
    public override string ToString() => _text;

    public bool Equals(SeriesKeeping? other) => other is not null && other._text == _text;

    public override bool Equals(object? obj) => Equals(obj as SeriesKeeping);

    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(_text);
}
