using System.Text.Json;
using Sightline.Core.Model;

namespace Sightline.Server.Features.Dropped;

/// <summary>Reasons of drops in a sentence each: what it was, why it is not counted, what can be done.</summary>
internal static class DropWords
{
    public static (string Title, string Sentence) Of(DropReason reason) => reason switch
    {
        DropReason.Malformed => ("Not readable", "What was sent could not be read as its protocol demands. If it is your own code that sends it, the samples show where it goes wrong."),
        DropReason.MissingField => ("A field is missing", "Something the protocol demands, such as the page's address, was missing or empty."),
        DropReason.TooLarge => ("Too large", "A field was longer, deeper or more numerous than the limit, which keeps one sender from filling the store."),
        DropReason.BadTime => ("Impossible time", "The time given was unreadable, before 1990 or in the future. Check the clock of the machine that sends it."),
        DropReason.BadUrl => ("Not a web address", "The address was neither http(s) nor a path: a page saved to disk, an app's own scheme."),
        DropReason.Bot => ("Bots and monitors", "A known crawler, monitor or headless browser by its own name. No person has seen the page, so it is no visit."),
        DropReason.Prefetch => ("Fetched ahead", "The browser loaded the page in case somebody would open it. When somebody does, that is counted."),
        DropReason.Host => ("Other hosts", "The page was on a host that is not among the project's domains: a copy of your page, a test server, or a domain that you forgot to add."),
        DropReason.Excluded => ("Excluded by your settings", "The visitor's address, the page or its host is excluded in the project's settings."),
        DropReason.ReferrerSpam => ("Referrer spam", "The visit claimed to come from a site that is known to send such claims only to be looked up."),
        DropReason.Duplicate => ("Sent twice", "An event with the same key (an order's number, an event's id) is stored already; a second one would count twice."),
        DropReason.StaticFile => ("Static files", "An image, style sheet, script or font in an access log: part of a page, not a page."),
        DropReason.HttpError => ("Failed requests", "The server answered with an error, so nobody saw the page."),
        DropReason.Redirect => ("Redirects", "The server sent the visitor on; the page it led to is counted instead."),
        DropReason.Method => ("Not a visit", "A request other than GET or POST in an access log."),
        DropReason.NotWanted => ("Asked not to be counted", "The sender asked not to be recorded: an opt-out, or Do Not Track where the project honours it (Settings, Privacy)."),
        DropReason.UnknownReference => ("Unknown goal", "The event names a goal that the project does not have."),
        DropReason.Quota => ("Above the quota", "More events came in a day or a month than the project's quota allows. Days and months are those of UTC."),
        DropReason.NotAuthorised => ("Claims without a token", "The sender claimed an address or an old time, which only a token with scope ingest may."),
        DropReason.Damaged => ("Damaged on disk", "A record of the log could not be read back. Run sightline doctor and look at the disk."),
        DropReason.OtherKey => ("Another project's", "Members of one request named different projects; only those of the first count."),
        DropReason.TooManySeries => ("Too many series", "A metric with a new name came, and the project has as many series as it may. A name that holds an id or a time makes a new series each time."),
        _ => ($"Reason {reason.Name()}", "A newer version of Sightline wrote this reason."),
    };

    public static string Protocol(ReceivedBy by) => by switch
    {
        ReceivedBy.EventApi => "tracker and event API",
        ReceivedBy.Matomo => "Matomo",
        ReceivedBy.AccessLog => "access log",
        ReceivedBy.StatsD => "StatsD",
        ReceivedBy.Carbon => "carbon",
        ReceivedBy.Whisper => "whisper files",
        ReceivedBy.Own => "the server itself",
        _ => JsonNamingPolicy.SnakeCaseLower.ConvertName(by.ToString()),
    };
}
