namespace Sightline.Core.Model;

/// <summary>Which fields of an event follow in a log record. Released: a bit keeps its meaning for ever.</summary>
[Flags]
internal enum EventFields : uint
{
    Time = 1,
    Url = 1 << 1,
    Referrer = 1 << 2,
    Title = 1 << 3,
    UserId = 1 << 4,
    VisitorId = 1 << 5,
    ClientIp = 1 << 6,
    UserAgent = 1 << 7,
    Language = 1 << 8,
    Screen = 1 << 9,
    HintPlatform = 1 << 10,
    Props = 1 << 11,
    Revenue = 1 << 12,
    Currency = 1 << 13,
    Engagement = 1 << 14,
    Campaign = 1 << 15,
    Place = 1 << 16,
    DedupKey = 1 << 17,
    Flags = 1 << 18,
    All = (1 << 19) - 1,
}
