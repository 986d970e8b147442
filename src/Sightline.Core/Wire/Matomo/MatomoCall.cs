using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Sightline.Core.Wire.Common;

namespace Sightline.Core.Wire.Matomo;

/// <summary>
/// One HTTP call to the tracking address, taken apart into hits. The Content-Type is not looked at: matomo.js sends bulk JSON as a form.
/// The body's memory must live as long as the call.
/// </summary>
public sealed class MatomoCall : IDisposable
{
    // PHP's json_decode goes to 512; real hits have 4.
    private const int MaxJsonDepth = 64;

    private readonly FormFields _fields;
    private readonly JsonDocument? _document;
    private readonly JsonElement _requests;

    private MatomoCall(MatomoCallKind kind, FormFields fields)
    {
        Kind = kind;
        _fields = fields;
        NoImage = fields.Text("send_image") == "0";
    }

    private MatomoCall(JsonDocument document)
    {
        _fields = new FormFields();
        Kind = MatomoCallKind.Bulk;
        _document = document;
        var root = document.RootElement;
        if (Text.TryGetMember(root, "token_auth", out var token) && Text.TryGetString(token, out var text) && text.Length > 0)
        {
            Token = text;
        }

        NoImage = Text.TryGetMember(root, "send_image", out var image) && IsZero(image);
        Text.TryGetMember(root, "requests", out _requests);
    }

    public MatomoCallKind Kind { get; }

    /// <summary>Bulk: the token over all hits; it wins over theirs.</summary>
    public string? Token { get; }

    /// <summary><c>send_image=0</c>: the caller wants 204 instead of an image.</summary>
    public bool NoImage { get; }

    /// <summary>Bulk: texts without a query, which Matomo passes over without counting them. Complete once <see cref="Hits"/> is read.</summary>
    public int PassedOver { get; private set; }

    /// <param name="query">The query string without <c>?</c>.</param>
    /// <param name="body">The body; empty when there is none.</param>
    public static MatomoCall Read(ReadOnlySpan<byte> query, ReadOnlyMemory<byte> body)
    {
        if (IsBulk(body.Span))
        {
            return ReadBulk(body);
        }

        var fields = new FormFields();
        FormReader.Read(query, fields);
        if (!body.IsEmpty && !IsJson(body.Span))
        {
            var form = new FormFields();
            if (!MultipartReader.TryRead(body.Span, form))
            {
                FormReader.Read(body.Span, form);
            }

            fields.AddMissing(form);
        }

        return new MatomoCall(fields.Count == 0 ? MatomoCallKind.Empty : MatomoCallKind.Single, fields);
    }

    /// <summary>
    /// The hits in order; each is valid until the next is asked for. <see langword="null"/>: a member that is no hit at all.
    /// </summary>
    public IEnumerable<FormFields?> Hits()
    {
        if (Kind == MatomoCallKind.Single)
        {
            yield return _fields;
        }
        else if (_requests.ValueKind == JsonValueKind.Array)
        {
            foreach (var member in _requests.EnumerateArray())
            {
                if (TryReadMember(member, out var hit))
                {
                    yield return hit;
                }
            }
        }
        else if (_requests.ValueKind == JsonValueKind.Object)
        {
            // PHP does not tell {"0":...,"1":...} from a list.
            foreach (var member in _requests.EnumerateObject())
            {
                if (TryReadMember(member.Value, out var hit))
                {
                    yield return hit;
                }
            }
        }
    }

    public void Dispose() => _document?.Dispose();

    private static bool IsBulk(ReadOnlySpan<byte> body) => body.IndexOf("\"requests\""u8) > 0 || body.IndexOf("'requests'"u8) > 0;

    // Somebody's JSON to the wrong address: PHP would make one parameter with a strange name of it.
    private static bool IsJson(ReadOnlySpan<byte> body) => body.TrimStart(" \t\r\n"u8) is [(byte)'{' or (byte)'[', ..];

    private static MatomoCall ReadBulk(ReadOnlyMemory<byte> body)
    {
        var document = Text.TryParseJson(body, MaxJsonDepth) ?? WithoutLineBreaks(body);
        if (document?.RootElement.ValueKind == JsonValueKind.Object)
        {
            return new MatomoCall(document);
        }

        document?.Dispose();
        return new MatomoCall(MatomoCallKind.UnreadableBulk, new FormFields());
    }

    // Matomo strips line breaks before it decodes, so clients get away with raw ones inside strings.
    private static JsonDocument? WithoutLineBreaks(ReadOnlyMemory<byte> body)
    {
        if (body.Span.IndexOfAny((byte)'\r', (byte)'\n') < 0)
        {
            return null;
        }

        var kept = new ArrayBufferWriter<byte>(body.Length);
        var rest = body.Span;
        while (!rest.IsEmpty)
        {
            var end = rest.IndexOfAny((byte)'\r', (byte)'\n');
            kept.Write(end < 0 ? rest : rest[..end]);
            rest = end < 0 ? default : rest[(end + 1)..];
        }

        return Text.TryParseJson(kept.WrittenMemory, MaxJsonDepth);
    }

    private static bool IsZero(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number => value.TryGetInt32(out var number) && number == 0,
        JsonValueKind.String => Text.TryGetString(value, out var text) && text == "0",
        JsonValueKind.False => true,
        _ => false,
    };

    // false: passed over.
    private bool TryReadMember(JsonElement member, out FormFields? hit)
    {
        hit = null;
        if (member.ValueKind == JsonValueKind.String)
        {
            if (!Text.TryGetString(member, out var url))
            {
                return true;
            }

            if (QueryOf(url) is not { Length: > 0 } query)
            {
                PassedOver++;
                return false;
            }

            _fields.Clear();
            FormReader.Read(Encoding.UTF8.GetBytes(query), _fields);
            hit = _fields;
        }
        else if (member.ValueKind == JsonValueKind.Object)
        {
            hit = TryReadObject(member) ? _fields : null;
        }

        return true;
    }

    private bool TryReadObject(JsonElement member)
    {
        _fields.Clear();
        foreach (var property in member.EnumerateObject())
        {
            if (_fields.Count >= FormFields.MaxFields)
            {
                _fields.Overflowed = true;
                return true;
            }

            if (!TryReadProperty(property))
            {
                return false;
            }
        }

        return true;
    }

    private bool TryReadProperty(JsonProperty property)
    {
        string name;
        try
        {
            name = property.Name;
        }
        catch (InvalidOperationException)
        {
            // As in Text.TryGetString: no valid Unicode.
            return false;
        }

        switch (property.Value.ValueKind)
        {
            case JsonValueKind.String:
                if (!Text.TryGetString(property.Value, out var text))
                {
                    return false;
                }

                _fields.Set(name, text);
                break;
            case JsonValueKind.Number:
                _fields.Set(name, property.Value.GetRawText());
                break;
            case JsonValueKind.True or JsonValueKind.False:
                // PHP's texts of true and false.
                _fields.Set(name, property.Value.ValueKind == JsonValueKind.True ? "1" : "");
                break;
            case JsonValueKind.Array or JsonValueKind.Object:
                _fields.SetJson(name, Encoding.UTF8.GetString(JsonMarshal.GetRawUtf8Value(property.Value)));
                break;
            default:
                break;
        }

        return true;
    }

    private static string? QueryOf(string url)
    {
        var hash = url.IndexOf('#', StringComparison.Ordinal);
        url = hash < 0 ? url : url[..hash];
        var question = url.IndexOf('?', StringComparison.Ordinal);
        return question < 0 ? null : url[(question + 1)..];
    }
}
