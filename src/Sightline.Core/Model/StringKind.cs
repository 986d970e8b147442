namespace Sightline.Core.Model;

/// <summary>
/// What a string of the store's dictionary is; ids are unique over all kinds, 0 is the empty string.
/// Written to disk: numbers never change meaning.
/// </summary>
public enum StringKind : byte
{
    EventName = 1,
    Host = 2,
    Path = 3,
    Title = 4,
    Currency = 5,
    Source = 6,
    Referrer = 7,
    Channel = 8,
    UtmSource = 9,
    UtmMedium = 10,
    UtmCampaign = 11,
    UtmTerm = 12,
    UtmContent = 13,
    Country = 14,
    Region = 15,
    City = 16,
    Language = 17,
    Device = 18,
    Browser = 19,
    BrowserVersion = 20,
    Os = 21,
    OsVersion = 22,
    Screen = 23,
}
