using System.Text;
using System.Text.Json;
using Sightline.Core.Model;

namespace Sightline.Core.Wire.EventApi;

/// <summary>Reads the fields of one event. The first fault decides what the event is dropped for.</summary>
internal struct FieldReader(long receivedMs)
{
    private const uint MaxEngagedMs = 86_400_000;
    private const int LanguageLength = 100;

    private string? _name;
    private bool _passive;
    private long? _timeMs;
    private long _ageMs;
    private uint _engagedMs;
    private byte _scroll = 255;

    public IncomingEvent Event { get; } = new();

    public readonly string? Name => _name;

    public DropReason Reason { get; private set; }

    /// <summary>The field at fault.</summary>
    public string Field { get; private set; } = "";

    public void Fail(DropReason reason, string field)
    {
        if (Reason == default)
        {
            (Reason, Field) = (reason, field);
        }
    }

    /// <summary>From a property name to its value's last token. Unknown fields are passed over.</summary>
    public void Read(ref Utf8JsonReader reader, ref PropsReader? props)
    {
        var field = EventField.Of(ref reader);
        reader.Read();
        if (reader.TokenType == JsonTokenType.Null)
        {
            return;
        }

        switch (field)
        {
            case EventField.Name:
                _name = reader.TokenType == JsonTokenType.String && JsonText.Is(ref reader, "pageview"u8) ? "pageview" : Text(ref reader, field, EventLimits.Name, refuse: true);
                break;
            case EventField.Url:
                Event.Url = Text(ref reader, field, EventLimits.Url, refuse: true);
                if (Event.Url is { } url && !IsPage(url))
                {
                    Fail(DropReason.BadUrl, field);
                }

                break;
            case EventField.Referrer:
                Event.Referrer = Text(ref reader, field, EventLimits.Referrer);
                break;
            case EventField.Title:
                Event.Title = Text(ref reader, field, EventLimits.Title);
                break;
            case EventField.UserId:
                Event.UserId = Identifier(ref reader, field);
                break;
            case EventField.VisitorId:
                Event.VisitorId = Identifier(ref reader, field);
                break;
            case EventField.Id:
                Event.DedupKey = Identifier(ref reader, field);
                break;
            case EventField.UserAgent:
                Event.UserAgent = Text(ref reader, field, EventLimits.UserAgent);
                break;
            case EventField.Language:
                Event.Language = Text(ref reader, field, LanguageLength);
                break;
            case EventField.Screen:
                var screen = Text(ref reader, field, EventLimits.Id);
                Event.Screen = IsScreen(screen) ? screen : null;
                break;
            case EventField.Props:
                ReadProps(ref reader, props ??= new PropsReader());
                break;
            case EventField.Revenue:
                if (!RevenueReader.TryRead(ref reader, Event))
                {
                    Fail(DropReason.Malformed, field);
                }

                break;
            case EventField.Time:
                ReadTime(ref reader);
                break;
            case EventField.AgeMs:
                _ageMs = (long)Number(ref reader, field, long.MaxValue / 2);
                break;
            case EventField.EngagedMs:
                _engagedMs = (uint)Number(ref reader, field, MaxEngagedMs);
                break;
            case EventField.Scroll:
                _scroll = (byte)Math.Round(Number(ref reader, field, 100));
                break;
            case EventField.Interactive:
                ReadInteractive(ref reader);
                break;
            default:
                reader.Skip();
                break;
        }
    }

    /// <summary>The event, or <see langword="null"/> when it is dropped.</summary>
    public IncomingEvent? Finish()
    {
        if (_name is null)
        {
            Fail(DropReason.MissingField, EventField.Name);
            return null;
        }

        Event.Name = _name;
        Event.Kind = _name switch
        {
            "pageview" => EventKind.PageView,
            "engagement" => EventKind.Engagement,
            _ => _passive ? EventKind.Passive : EventKind.Interaction,
        };
        if (Event.Kind == EventKind.Engagement)
        {
            Event.EngagedMs = _engagedMs;
            Event.Scroll = _scroll;
        }

        if (Event.Url is null && Event.Kind is EventKind.PageView or EventKind.Engagement)
        {
            Fail(DropReason.MissingField, EventField.Url);
        }

        SetTime();
        return Reason == default ? Event : null;
    }

    private void SetTime()
    {
        if (_timeMs is null && _ageMs == 0)
        {
            return;
        }

        var field = _timeMs is null ? EventField.AgeMs : EventField.Time;
        if (EventTime.Check(_timeMs ?? receivedMs - _ageMs, receivedMs) is { } checkedMs)
        {
            Event.TimeMs = checkedMs;
        }
        else
        {
            Fail(DropReason.BadTime, field);
        }
    }

    private string? Text(ref Utf8JsonReader reader, string field, int maxChars, bool refuse = false)
    {
        if (reader.TokenType != JsonTokenType.String)
        {
            reader.Skip();
            Fail(DropReason.Malformed, field);
            return null;
        }

        var text = JsonText.Read(ref reader, maxChars, out var cut);
        if (cut && refuse)
        {
            Fail(DropReason.TooLarge, field);
        }

        return text;
    }

    // Applications whose ids are numbers send numbers. An id is never cut: it would name somebody else.
    private string? Identifier(ref Utf8JsonReader reader, string field)
    {
        if (reader.TokenType == JsonTokenType.Number && reader.ValueSpan.Length <= EventLimits.Id)
        {
            return Encoding.UTF8.GetString(reader.ValueSpan);
        }

        return Text(ref reader, field, EventLimits.Id, refuse: true);
    }

    // What is over the maximum is taken for it: a tab left open for a week is no fault.
    private double Number(ref Utf8JsonReader reader, string field, double maximum)
    {
        if (reader.TokenType == JsonTokenType.Number && reader.TryGetDouble(out var number) && number >= 0)
        {
            return Math.Min(number, maximum);
        }

        reader.Skip();
        Fail(DropReason.Malformed, field);
        return 0;
    }

    private void ReadProps(ref Utf8JsonReader reader, PropsReader props)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            Fail(DropReason.Malformed, EventField.Props);
            return;
        }

        Event.Props = props.Read(ref reader, out var tooLarge);
        if (tooLarge)
        {
            Fail(DropReason.TooLarge, EventField.Props);
        }
    }

    private void ReadTime(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Number && reader.TryGetDouble(out var number) && Math.Abs(number) < 1e15)
        {
            _timeMs = (long)number;
        }
        else if (reader.TokenType == JsonTokenType.String && EventTime.TryParse(reader.ValueSpan, out var timeMs))
        {
            _timeMs = timeMs;
        }
        else
        {
            reader.Skip();
            Fail(DropReason.BadTime, EventField.Time);
        }
    }

    private void ReadInteractive(ref Utf8JsonReader reader)
    {
        if (reader.TokenType is JsonTokenType.True or JsonTokenType.False)
        {
            _passive = reader.TokenType == JsonTokenType.False;
        }
        else
        {
            reader.Skip();
            Fail(DropReason.Malformed, EventField.Interactive);
        }
    }

    private static bool IsPage(string url)
    {
        if (url[0] == '/')
        {
            return url.Length == 1 || url[1] is not ('/' or '\\');
        }

        var host = url.StartsWith("https://", StringComparison.OrdinalIgnoreCase) ? 8 : url.StartsWith("http://", StringComparison.OrdinalIgnoreCase) ? 7 : url.Length;
        return host < url.Length && url[host] is not ('/' or '?' or '#' or '\\' or ' ');
    }

    private static bool IsScreen(string? text)
    {
        var cross = text?.IndexOf('x', StringComparison.Ordinal) ?? -1;
        return cross is > 0 and < 6 && text!.Length - cross is > 1 and < 7
            && text.AsSpan(0, cross).IndexOfAnyExceptInRange('0', '9') < 0 && text.AsSpan(cross + 1).IndexOfAnyExceptInRange('0', '9') < 0;
    }
}
