namespace Sightline.Core.Wire.Graphite;

/// <summary>What is wrong in one of carbon's configuration files.</summary>
/// <param name="Line">Counted from 1.</param>
/// <param name="Text">In words, without a full stop.</param>
public readonly record struct ConfigFault(int Line, string Text)
{
    public override string ToString() => $"line {Line}: {Text}";
}
