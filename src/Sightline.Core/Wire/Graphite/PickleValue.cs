namespace Sightline.Core.Wire.Graphite;

internal enum PickleKind : byte
{
    /// <summary>None, or something a point has no use for.</summary>
    Other,
    Mark,
    Number,
    /// <summary>Text or bytes, as UTF-8.</summary>
    Text,
    /// <summary>List or tuple.</summary>
    Sequence,
}

/// <summary>A value on the stack of <see cref="PickleReader"/>.</summary>
internal readonly struct PickleValue
{
    private PickleValue(PickleKind kind, double number, ReadOnlyMemory<byte> text, List<PickleValue>? items) => (Kind, Number, Text, Items) = (kind, number, text, items);

    public PickleKind Kind { get; }

    public double Number { get; }

    public ReadOnlyMemory<byte> Text { get; }

    public List<PickleValue>? Items { get; }

    public static PickleValue Mark => new(PickleKind.Mark, 0, default, null);

    public static PickleValue Other => default;

    public static PickleValue Of(double number) => new(PickleKind.Number, number, default, null);

    public static PickleValue Of(ReadOnlyMemory<byte> text) => new(PickleKind.Text, 0, text, null);

    public static PickleValue Of(List<PickleValue> items) => new(PickleKind.Sequence, 0, default, items);
}
