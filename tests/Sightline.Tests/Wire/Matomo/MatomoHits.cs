using System.Text;
using Sightline.Core.Model;
using Sightline.Core.Wire.Common;
using Sightline.Core.Wire.Matomo;

namespace Sightline.Tests.Wire.Matomo;

/// <summary>Reads hits as the endpoint does, at a fixed moment, for a project with two goals.</summary>
internal static class MatomoHits
{
    /// <summary>2026-11-22 16:00:00 UTC.</summary>
    public const long NowMs = 1_795_363_200_000;

    public static readonly Project Project = new()
    {
        Id = 1,
        Name = "Shop",
        PublicKey = "abcdefghijklmnop",
        Goals = [new Goal(3, "Sign-up", "signup", null), new Goal(4, "Thanks", null, "/thanks")],
    };

    public static (MatomoResult Result, EventBatch Batch) Read(string query, bool authorised = false, string? referer = null, bool prefetch = false, bool ignoreCookie = false)
    {
        using var call = MatomoCall.Read(Encoding.UTF8.GetBytes(query), default);
        return Read(Assert.Single(call.Hits())!, authorised, referer, prefetch, ignoreCookie);
    }

    public static (MatomoResult Result, EventBatch Batch) Read(FormFields fields, bool authorised = false, string? referer = null, bool prefetch = false, bool ignoreCookie = false)
    {
        var batch = new EventBatch { ReceivedBy = ReceivedBy.Matomo, ReceivedMs = NowMs };
        var facts = new MatomoFacts(Project, NowMs, authorised, referer, prefetch, ignoreCookie);
        return (new MatomoParser().Read(fields, facts, batch), batch);
    }

    /// <summary>The one event of a hit that must be tracked.</summary>
    public static IncomingEvent One(string query, bool authorised = false, string? referer = null)
    {
        var (result, batch) = Read("idsite=1&rec=1&" + query, authorised, referer);
        Assert.Equal(MatomoResult.Tracked, result);
        Assert.Empty(batch.Drops);
        return Assert.Single(batch.Events);
    }

    public static string? PropsOf(IncomingEvent e) => e.Props is null ? null : Encoding.UTF8.GetString(e.Props);
}
