using System.Buffers.Binary;
using System.Numerics;
using System.Text;
using Sightline.Core.Wire.Common;

namespace Sightline.Core.Wire.Graphite;

/// <summary>
/// Reads the part of Python's pickle (protocols 0 to 5) that data are made of: numbers, texts, lists and tuples. Nothing that names a class, calls
/// a function or refers outside is known to it, so no input can make it do anything but build lists. No recursion; each byte of input makes at most one
/// value, and values are counted.
/// </summary>
internal sealed class PickleReader
{
    /// <summary>A mebibyte of points has about 200,000 values.</summary>
    private const int MaxValues = 1_000_000;

    private readonly ReadOnlyMemory<byte> _input;
    private readonly List<PickleValue> _stack = [];
    private readonly Dictionary<uint, PickleValue> _memo = [];
    private int _at;
    private int _values;

    private PickleReader(ReadOnlyMemory<byte> input) => _input = input;

    /// <summary>What the pickle holds.</summary>
    /// <exception cref="InvalidDataException">It is broken, too large, or not made of plain data.</exception>
    public static PickleValue Read(ReadOnlyMemory<byte> input)
    {
        var reader = new PickleReader(input);
        while (!reader.Step())
        {
        }

        return reader.Pop();
    }

    /// <summary>Executes one operation; true: it was the last.</summary>
    private bool Step()
    {
        var operation = Byte();
        switch (operation)
        {
            case 0x80: // PROTO
                if (Byte() > 5)
                {
                    throw Bad("a protocol later than 5");
                }

                break;
            case 0x95: // FRAME: only says how much follows
                Take(8);
                break;
            case (byte)'(':
                Push(PickleValue.Mark);
                break;
            case (byte)'.':
                return true;
            case (byte)'0': // POP
                Pop();
                break;
            case (byte)'2': // DUP
                Push(Peek());
                break;
            case (byte)']':
            case (byte)')':
                Push(PickleValue.Of(new List<PickleValue>()));
                break;
            case (byte)'l':
            case (byte)'t':
                Push(PickleValue.Of(AboveMark()));
                break;
            case (byte)'a':
                Extend([Pop()]);
                break;
            case (byte)'e':
                Extend(AboveMark());
                break;
            case >= 0x85 and <= 0x87:
                Push(PickleValue.Of(Top(operation - 0x84)));
                break;
            case (byte)'N':
                Push(PickleValue.Other);
                break;
            case 0x88 or 0x89:
                Push(PickleValue.Of(operation == 0x88 ? 1 : 0));
                break;
            case (byte)'p':
                _memo[Index(Line())] = Peek();
                break;
            case (byte)'q':
                _memo[Byte()] = Peek();
                break;
            case (byte)'r':
                _memo[UInt32()] = Peek();
                break;
            case 0x94:
                _memo[(uint)_memo.Count] = Peek();
                break;
            case (byte)'g':
                Push(Memo(Index(Line())));
                break;
            case (byte)'h':
                Push(Memo(Byte()));
                break;
            case (byte)'j':
                Push(Memo(UInt32()));
                break;
            default:
                Push(Scalar(operation));
                break;
        }

        return false;
    }

    private PickleValue Scalar(byte operation) => operation switch
    {
        (byte)'I' => PickleValue.Of(Whole(Line())),
        (byte)'L' => PickleValue.Of(Line() is var text && text.Span is [.., (byte)'L'] ? Whole(text[..^1]) : Whole(text)),
        (byte)'F' => PickleValue.Of(PyFloat.TryParse(Line().Span, out var number) ? number : throw Bad("no number where one must be")),
        (byte)'J' => PickleValue.Of((int)UInt32()),
        (byte)'K' => PickleValue.Of(Byte()),
        (byte)'M' => PickleValue.Of(BinaryPrimitives.ReadUInt16LittleEndian(Take(2).Span)),
        0x8A => PickleValue.Of(Long(Byte())),
        0x8B => PickleValue.Of(Long(UInt32())),
        (byte)'G' => PickleValue.Of(BinaryPrimitives.ReadDoubleBigEndian(Take(8).Span)),
        (byte)'S' => PickleValue.Of(PickleText.Unquote(Line())),
        (byte)'V' => PickleValue.Of(PickleText.Unescape(Line())),
        (byte)'T' or (byte)'X' or (byte)'B' => PickleValue.Of(Take(UInt32())),
        (byte)'U' or (byte)'C' or 0x8C => PickleValue.Of(Take(Byte())),
        0x8D or 0x8E => PickleValue.Of(Take(BinaryPrimitives.ReadUInt64LittleEndian(Take(8).Span))),
        _ => throw Bad("an operation that plain data have no use for"),
    };

    private List<PickleValue> AboveMark()
    {
        for (var i = _stack.Count - 1; i >= 0; i--)
        {
            if (_stack[i].Kind == PickleKind.Mark)
            {
                var items = _stack.GetRange(i + 1, _stack.Count - i - 1);
                _stack.RemoveRange(i, _stack.Count - i);
                return items;
            }
        }

        throw Bad("a mark is missing");
    }

    private List<PickleValue> Top(int count)
    {
        if (_stack.Count < count)
        {
            throw Bad("a value is missing");
        }

        var items = _stack.GetRange(_stack.Count - count, count);
        _stack.RemoveRange(_stack.Count - count, count);
        return items;
    }

    private void Extend(List<PickleValue> items)
    {
        if (Peek().Items is not { } list)
        {
            throw Bad("a list is missing");
        }

        Count(items.Count);
        list.AddRange(items);
    }

    private PickleValue Memo(uint index) => _memo.TryGetValue(index, out var value) ? value : throw Bad("a reference to nothing");

    private void Push(PickleValue value)
    {
        Count(1);
        _stack.Add(value);
    }

    private void Count(int values)
    {
        _values += values;
        if (_values > MaxValues)
        {
            throw Bad("more values than are taken at once");
        }
    }

    private PickleValue Peek() => _stack.Count > 0 ? _stack[^1] : throw Bad("a value is missing");

    private PickleValue Pop()
    {
        var value = Peek();
        _stack.RemoveAt(_stack.Count - 1);
        return value;
    }

    private static double Whole(ReadOnlyMemory<byte> text) =>
        DecimalText.TryParse(text.Span.Trim(" \t\r"u8), out var number) ? number : throw Bad("no number where one must be");

    private static uint Index(ReadOnlyMemory<byte> text) => Whole(text) is >= 0 and <= uint.MaxValue and var index ? (uint)index : throw Bad("a reference to nothing");

    private double Long(uint bytes) => bytes <= 255 ? (double)new BigInteger(Take(bytes).Span) : throw Bad("a number of more than 255 bytes");

    private byte Byte() => _at < _input.Length ? _input.Span[_at++] : throw Bad("its end is missing");

    private uint UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4).Span);

    private ReadOnlyMemory<byte> Take(ulong length)
    {
        if (length > (ulong)(_input.Length - _at))
        {
            throw Bad("its end is missing");
        }

        var taken = _input.Slice(_at, (int)length);
        _at += (int)length;
        return taken;
    }

    private ReadOnlyMemory<byte> Line()
    {
        var length = _input.Span[_at..].IndexOf((byte)'\n');
        if (length < 0)
        {
            throw Bad("its end is missing");
        }

        var line = _input.Slice(_at, length);
        _at += length + 1;
        return line;
    }

    internal static InvalidDataException Bad(string what) => new($"the pickle has {what}");
}
