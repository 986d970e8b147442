namespace Sightline.Core.Model;

/// <summary>By what a project may know a visitor again. Written to disk: numbers never change meaning.</summary>
public enum PrivacyMode : byte
{
    /// <summary>Ids that are sent are not looked at: a visitor is new each day.</summary>
    Cookieless = 1,
    /// <summary>The first-party id of a browser is used where it is sent; user ids are not looked at.</summary>
    FirstParty = 2,
    /// <summary>Both are used where they are sent.</summary>
    UserIds = 3,
}
