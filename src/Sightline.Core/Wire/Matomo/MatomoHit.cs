using System.Globalization;
using System.Text.Json;
using Sightline.Core.Model;
using Sightline.Core.Wire.Common;

namespace Sightline.Core.Wire.Matomo;

/// <summary>One hit that is going to be recorded: what all its events share, and which of its fields could not be read.</summary>
internal sealed class MatomoHit(FormFields fields, MatomoFacts facts, PropsWriter props)
{
    /// <summary>Property naming the fields that were there but not as Matomo documents them, and were left out.</summary>
    private const string IgnoredKey = "ignored_fields";

    private const int LanguageLength = 100;

    private readonly IncomingEvent _shared = new();
    private readonly List<string> _ignored = [];

    public FormFields Fields => fields;

    public MatomoFacts Facts => facts;

    /// <summary>Properties of the event being made.</summary>
    public PropsWriter Props => props;

    /// <summary>Reads what every event of the hit has.</summary>
    /// <returns><see langword="null"/>: read; else why Matomo refuses the hit.</returns>
    public IncomingDrop? Prepare()
    {
        if (!MatomoTime.TryRead(fields, facts.ReceivedMs, facts.Authorised, out var timeMs, out var badTime))
        {
            return new IncomingDrop(DropReason.NotAuthorised, 1, "cdt a day old or more without a valid token_auth: " + Text.Cut(fields.Trimmed("cdt") ?? "", 40));
        }

        if (!MatomoIds.TryReadVisitor(fields, out var visitorId, out var badId))
        {
            return new IncomingDrop(DropReason.Malformed, 1, "cid is not 16 hexadecimal digits");
        }

        Ignore(badTime, "cdt");
        Ignore(badId, "_id");
        _shared.TimeMs = timeMs;
        _shared.VisitorId = visitorId;
        _shared.UserId = MatomoIds.Bounded(fields.Trimmed("uid"));
        ReadPage();
        ReadDevice();
        ReadPlace();
        _shared.Flags = (fields.Text("new_visit") == "1" ? IncomingFlags.NewVisit : 0) | (fields.Text("bots") == "1" ? IncomingFlags.AllowBots : 0);
        return null;
    }

    public void Ignore(bool ignored, string field)
    {
        if (ignored)
        {
            _ignored.Add(field);
        }
    }

    /// <summary>An event with everything shared; its properties are what stands in <see cref="Props"/>.</summary>
    public IncomingEvent NewEvent(EventKind kind, string name)
    {
        if (_ignored.Count > 0)
        {
            props.Add(IgnoredKey, string.Join(' ', _ignored));
        }

        return new IncomingEvent
        {
            Kind = kind,
            Name = Text.Cut(name, EventLimits.Name),
            TimeMs = _shared.TimeMs,
            Url = _shared.Url,
            Referrer = _shared.Referrer,
            Title = _shared.Title,
            UserId = _shared.UserId,
            VisitorId = _shared.VisitorId,
            ClientIp = _shared.ClientIp,
            UserAgent = _shared.UserAgent,
            Language = _shared.Language,
            Screen = _shared.Screen,
            HintPlatform = _shared.HintPlatform,
            Campaign = _shared.Campaign,
            Country = _shared.Country,
            Region = _shared.Region,
            City = _shared.City,
            Flags = _shared.Flags,
            Props = props.ToBytes(),
        };
    }

    /// <summary>A decimal number; what is there and is none is ignored.</summary>
    public double? Number(string field)
    {
        if (fields.Trimmed(field) is not { } text)
        {
            return null;
        }

        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number))
        {
            return number;
        }

        Ignore(true, field);
        return null;
    }

    public void AddNumber(string key, string field)
    {
        if (Number(field) is { } number)
        {
            props.Add(key, number);
        }
    }

    /// <summary>The hit's <c>revenue</c> in ten-thousandths.</summary>
    public long? Revenue()
    {
        var text = fields.Trimmed("revenue");
        if (Text.TryMoneyE4(text, out var amount))
        {
            return amount;
        }

        Ignore(text is not null, "revenue");
        return null;
    }

    private void ReadPage()
    {
        var url = fields.Trimmed("url");
        var referrer = fields.Trimmed("urlref");
        if (url is null && referrer is null)
        {
            url = facts.Referer?.Trim();
        }

        _shared.Url = Text.CutOrNull(url is null ? null : MatomoCharset.Reencode(Text.Cut(url, EventLimits.Url), fields.Trimmed("cs")), EventLimits.Url);
        _shared.Referrer = Text.CutOrNull(referrer, EventLimits.Referrer);
        _shared.Title = Text.CutOrNull(fields.Text("action_name")?.ReplaceLineEndings(" "), EventLimits.Title);
        _shared.Campaign = MatomoCampaign.Read(_shared.Url);
    }

    private void ReadDevice()
    {
        _shared.UserAgent = Text.CutOrNull(fields.Text("ua"), EventLimits.UserAgent);
        _shared.Language = Text.CutOrNull(fields.Text("lang"), LanguageLength);
        var screen = fields.Trimmed("res");
        _shared.Screen = IsScreen(screen) ? screen : null;
        if (fields.Json("uadata") is { Length: > 0 } hints)
        {
            _shared.HintPlatform = Platform(hints, out var readable);
            Ignore(!readable, "uadata");
        }
    }

    private void ReadPlace()
    {
        if (fields.Trimmed("cip") is { } address)
        {
            // Only the importer's own address is known otherwise, and it would make one visitor of all. Matomo does the same.
            var valid = System.Net.IPAddress.TryParse(address, out var parsed);
            _shared.ClientIp = valid ? parsed!.ToString() : "0.0.0.0";
            Ignore(!valid, "cip");
        }

        if (!facts.Authorised)
        {
            Ignore(fields.Trimmed("country") is not null, "country");
            Ignore(fields.Trimmed("region") is not null, "region");
            Ignore(fields.Trimmed("city") is not null, "city");
            Ignore(fields.Trimmed("lat") is not null, "lat");
            Ignore(fields.Trimmed("long") is not null, "long");
            return;
        }

        var country = fields.Trimmed("country")?.ToUpperInvariant();
        var isCountry = country is [>= 'A' and <= 'Z', >= 'A' and <= 'Z'];
        Ignore(country is not null && !isCountry, "country");
        _shared.Country = isCountry ? country : null;
        var region = Text.CutOrNull(fields.Text("region"), EventLimits.Name);
        // Matomo's are ISO 3166-2 without the country.
        _shared.Region = isCountry && region is { Length: <= 3 } ? $"{country}-{region.ToUpperInvariant()}" : region;
        _shared.City = Text.CutOrNull(fields.Text("city"), EventLimits.Name);
    }

    private static bool IsScreen(string? text)
    {
        var x = text?.IndexOf('x', StringComparison.Ordinal) ?? -1;
        return x is > 0 and <= 5 && text!.Length - x - 1 is > 0 and <= 5
            && !text.AsSpan(0, x).ContainsAnyExceptInRange('0', '9') && !text.AsSpan(x + 1).ContainsAnyExceptInRange('0', '9');
    }

    // {"platform":"Windows","platformVersion":"15.0.0",...}: brands repeat the User-Agent.
    private static string? Platform(string hints, out bool readable)
    {
        using var document = Text.TryParseJson(System.Text.Encoding.UTF8.GetBytes(hints), maxDepth: 8);
        readable = document?.RootElement.ValueKind == JsonValueKind.Object;
        if (!readable || !Text.TryGetMember(document!.RootElement, "platform", out var platform) || !Text.TryGetString(platform, out var name) || name.Length == 0)
        {
            return null;
        }

        var version = Text.TryGetMember(document.RootElement, "platformVersion", out var found) && Text.TryGetString(found, out var text) ? text : "";
        return Text.CutOrNull($"{name} {version}", EventLimits.Name);
    }
}
