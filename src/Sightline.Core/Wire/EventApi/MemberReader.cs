using System.Text;
using System.Text.Json;
using Sightline.Core.Model;

namespace Sightline.Core.Wire.EventApi;

/// <summary>Reads the members of one request, one after the other: each becomes an event or a drop of the batch.</summary>
internal sealed class MemberReader(EventBatch batch, IncomingFlags flags)
{
    private const int KeyLength = 64;
    private const int SampleLength = 500;

    private byte[] _keyBytes = [];
    private List<EventApiDrop>? _dropped;
    private PropsReader? _props;
    private FieldReader _fields;

    public int Count { get; private set; }

    public string? Key { get; private set; }

    public IReadOnlyList<EventApiDrop> Dropped => _dropped is null ? [] : _dropped;

    /// <summary>The reader stands on the member's first token, and is left on its last.</summary>
    public void Read(ref Utf8JsonReader reader)
    {
        var index = Count++;
        _fields = new FieldReader(batch.ReceivedMs);
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            Drop(index, DropReason.Malformed, "");
            return;
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            if (JsonText.Is(ref reader, "key"u8))
            {
                reader.Read();
                ReadKey(ref reader);
            }
            else
            {
                _fields.Read(ref reader, ref _props);
            }
        }

        if (_fields.Finish() is { } read)
        {
            read.Flags |= flags;
            batch.Events.Add(read);
        }
        else
        {
            Drop(index, _fields.Reason, _fields.Field);
        }
    }

    private void ReadKey(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.String)
        {
            if (reader.TokenType != JsonTokenType.Null)
            {
                reader.Skip();
                _fields.Fail(DropReason.Malformed, "key");
            }
        }
        else if (Key is null)
        {
            var key = JsonText.Read(ref reader, KeyLength, out var cut);
            if (cut)
            {
                _fields.Fail(DropReason.TooLarge, "key");
            }
            else if (key is not null)
            {
                Key = key;
                _keyBytes = Encoding.UTF8.GetBytes(key);
            }
        }
        else if (!JsonText.Is(ref reader, _keyBytes))
        {
            _fields.Fail(DropReason.OtherKey, "key");
        }
    }

    private void Drop(int index, DropReason reason, string field)
    {
        (_dropped ??= []).Add(new EventApiDrop(index, reason, field));
        batch.Drops.Add(new IncomingDrop(reason, 1, Sample(field)));
    }

    // Enough to find the call that sends it. Not the whole member: it may hold what a person's id or a property should not show here.
    private string? Sample(string field)
    {
        var read = _fields.Event;
        var url = read.Url is null ? "" : read.Url[..(read.Url.AsSpan().IndexOfAny('?', '#') is >= 0 and var end ? end : read.Url.Length)];
        var sample = $"{field}: {_fields.Name} {url}".Trim(' ', ':');
        return sample.Length == 0 ? null : JsonText.Cut(sample, SampleLength);
    }
}
