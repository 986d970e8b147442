namespace Sightline.Core.Model;

/// <summary>
/// Why a datum that reached a project was not stored. Every received datum is stored or counted under one of these.
/// Written to disk: numbers never change meaning. The wire and screen form is the name in snake case (<c>prefetch</c>).
/// </summary>
public enum DropReason : ushort
{
    /// <summary>The datum cannot be read as its protocol demands.</summary>
    Malformed = 1,
    /// <summary>A field the protocol demands is missing or empty.</summary>
    MissingField = 2,
    /// <summary>A field is longer, deeper or more numerous than the limit.</summary>
    TooLarge = 3,
    /// <summary>The time given cannot be: unreadable, before 1990, or in the future beyond clock drift.</summary>
    BadTime = 4,
    /// <summary>The URL is neither absolute http(s) nor a path.</summary>
    BadUrl = 5,
    /// <summary>Known crawler, monitor or headless browser.</summary>
    Bot = 6,
    /// <summary>The browser fetched the page ahead of a visit that may never come.</summary>
    Prefetch = 7,
    /// <summary>The page's host is not among the project's domains.</summary>
    Host = 8,
    /// <summary>The visitor's address, page or country is excluded in the project's settings.</summary>
    Excluded = 9,
    /// <summary>The referrer is on the list of referrer spam.</summary>
    ReferrerSpam = 10,
    /// <summary>A datum with the same idempotency key (order id, insert id) is stored already.</summary>
    Duplicate = 11,
    /// <summary>A static file (image, style sheet, script, font) in an access log.</summary>
    StaticFile = 12,
    /// <summary>An answer of status 4xx or 5xx, or none at all (1xx, 000), in an access log.</summary>
    HttpError = 13,
    /// <summary>A redirect in an access log: the page it leads to is counted instead.</summary>
    Redirect = 14,
    /// <summary>A request method other than GET or POST in an access log.</summary>
    Method = 15,
    /// <summary>The sender asked not to be recorded (Matomo <c>rec</c> other than 1, ignore cookie, Do Not Track).</summary>
    NotWanted = 16,
    /// <summary>The referenced thing (a goal) does not exist in the project.</summary>
    UnknownReference = 17,
    /// <summary>The project's quota is used up.</summary>
    Quota = 18,
    /// <summary>The sender claims an address or an old time without the token that allows it.</summary>
    NotAuthorised = 19,
    /// <summary>A log record could not be read back (damaged on disk); counted with its bytes.</summary>
    Damaged = 20,
    /// <summary>A member of a request names another project than the first one that named any.</summary>
    OtherKey = 21,
    /// <summary>The sample is of a new series, and the project has as many as it may.</summary>
    TooManySeries = 22,
}
