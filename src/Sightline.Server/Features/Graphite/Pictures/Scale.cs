using System.Globalization;

namespace Sightline.Server.Features.Graphite.Pictures;

/// <summary>What an axis of values spans, from one round number to another.</summary>
internal sealed record Scale
{
    private readonly double _least;
    private readonly double _most;
    private readonly double _step;
    private readonly double _base;
    private readonly double _unit;
    private readonly string _prefix;

    /// <param name="values">What must have room.</param>
    /// <param name="limits">What the request says about the axis.</param>
    /// <param name="units">si, binary, sec, msec or none.</param>
    /// <param name="logBase">Of a logarithmic axis; 0: it is linear.</param>
    /// <param name="marks">About how many there shall be.</param>
    public Scale(IEnumerable<double> values, AxisLimits limits, string units, double logBase, double marks)
    {
        _base = logBase > 1 ? logBase : 0;
        var (low, high) = (double.PositiveInfinity, double.NegativeInfinity);
        foreach (var value in values.Where(value => double.IsFinite(value) && (_base == 0 || value > 0)))
        {
            (low, high) = (Math.Min(low, value), Math.Max(high, value));
        }

        (low, high) = low > high ? (_base > 0 ? 1 : 0, 1) : (low, high);
        // Nearly down to 0 already: then from 0 on.
        low = _base == 0 && low > 0 && low < high / 2 ? 0 : low;
        high = limits.Limit is { } limit ? Math.Min(high, limit) : high;
        (low, high) = (limits.Least ?? low, limits.Most ?? high);
        if (_base > 0)
        {
            low = low > 0 ? low : Math.Min(1, high > 0 ? high / _base : 1);
            (_least, _most) = (Math.Floor(Math.Log(low, _base) + 1e-9), Math.Ceiling(Math.Log(Math.Max(low, high), _base) - 1e-9));
            _most = Math.Max(_most, _least + 1);
            _step = Math.Max(1, Math.Ceiling((_most - _least) / 12));
            (_unit, _prefix) = (1, "");
            return;
        }

        // A line that is level lies in the middle of some room.
        if (high <= low)
        {
            var room = Math.Max(1, Math.Abs(low) * 0.1);
            (low, high) = (limits.Least ?? (low > 0 ? Math.Max(0, low - room) : low - (low < 0 ? room : 0)), Math.Max(low, high) + room);
        }

        var most = Math.Max(Math.Abs(low), Math.Abs(high));
        (_unit, _prefix) = Units(units).FirstOrDefault(one => most >= one.Size, (1, ""));
        var wanted = Math.Max((high - low) / Math.Clamp(marks, 2, 9) / _unit, double.Epsilon * 1e10);
        var power = Math.Pow(10, Math.Floor(Math.Log10(wanted)));
        var step = power * ((wanted / power) switch { <= 1.0001 => 1, <= 2.0001 => 2, <= 5.0001 => 5, _ => 10 });
        _step = limits.Step is > 0 and var given && (high - low) / given <= 100 ? given : step * _unit;
        (_least, _most) = (limits.Least ?? (Math.Floor((low / _step) + 1e-9) * _step), limits.Most ?? (Math.Ceiling((high / _step) - 1e-9) * _step));
        _most = _most > _least ? _most : _least + _step;
    }

    /// <summary>Where a value is: 0 below, 1 on top; NaN where it has no place.</summary>
    public double Place(double value) =>
        _base == 0 ? (value - _least) / (_most - _least) : value > 0 ? (Math.Log(value, _base) - _least) / (_most - _least) : double.NaN;

    /// <summary>Round values and how they are written.</summary>
    public IEnumerable<(double Value, string Text)> Marks()
    {
        var first = Math.Ceiling((_least / _step) - 1e-6);
        for (var i = 0; i < 101 && (first + i) * _step <= _most + (_step / 1000); i++)
        {
            var value = _base == 0 ? (first + i) * _step : Math.Pow(_base, _least + (i * _step));
            if (_base > 0 && _least + (i * _step) > _most)
            {
                yield break;
            }

            yield return (value, Written(value));
        }
    }

    private string Written(double value)
    {
        if (_base > 0)
        {
            var (size, prefix) = Units("si").FirstOrDefault(one => value >= one.Size, (1, ""));
            return (value / size).ToString("0.####", CultureInfo.InvariantCulture) + prefix;
        }

        var decimals = (int)Math.Clamp(Math.Ceiling(-Math.Log10(_step / _unit) - 1e-9), 0, 8);
        var (shown, number) = (value / _unit, "");
        number = Math.Abs(shown) is >= 1e7 or (> 0 and < 1e-6) ? shown.ToString("0.##e0", CultureInfo.InvariantCulture) : Math.Round(shown, decimals).ToString("0.########", CultureInfo.InvariantCulture);
        return number is "0" or "-0" ? "0" : number.Replace('-', '−') + _prefix;
    }

    private static (double Size, string Prefix)[] Units(string units) => units switch
    {
        "none" => [],
        "binary" => [(Math.Pow(2, 50), "Pi"), (Math.Pow(2, 40), "Ti"), (1 << 30, "Gi"), (1 << 20, "Mi"), (1 << 10, "Ki")],
        "sec" => [(31_536_000, "y"), (86_400, "d"), (3600, "h"), (60, "min"), (1, "s")],
        "msec" => [(31_536_000e3, "y"), (86_400e3, "d"), (3600e3, "h"), (60e3, "min"), (1e3, "s"), (1, "ms")],
        _ => [(1e15, "P"), (1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")],
    };
}

/// <summary>What a request says about an axis.</summary>
/// <param name="Least">Where it begins.</param>
/// <param name="Most">Where it ends.</param>
/// <param name="Limit">It does not go further, whatever the values.</param>
/// <param name="Step">Between its marks.</param>
internal readonly record struct AxisLimits(double? Least, double? Most, double? Limit, double? Step);
