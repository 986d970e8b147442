using Sightline.Core.Model;

namespace Sightline.Server.Write.Enrich;

/// <summary>An event on its way through the steps. Used again and again, so a step never keeps it.</summary>
internal sealed class EnrichItem
{
    public Project Project { get; private set; } = null!;

    public ProjectView View { get; private set; } = null!;

    public EventBatch Batch { get; private set; } = null!;

    public IncomingEvent In { get; private set; } = null!;

    /// <summary>What an owner sees of it when it is dropped. The visitor's address is taken out afterwards, whatever a step wrote.</summary>
    public string? Sample { get; set; }

    // clean
    public long TimeMs { get; set; }
    public string Name { get; set; } = "";
    public PageUrl Page { get; set; } = PageUrl.None;
    public string Title { get; set; } = "";
    public byte[]? Props { get; set; }
    public string UserAgent { get; set; } = "";
    public string Language { get; set; } = "";
    public string Screen { get; set; } = "";

    // bot
    public UserAgentInfo Agent { get; set; } = UserAgentInfo.Unknown;

    // address
    public VisitorAddress Address { get; set; }

    // place
    public Place Place { get; set; } = Place.Unknown;

    // device
    public string Os { get; set; } = "";
    public string OsVersion { get; set; } = "";
    public string Device { get; set; } = "";

    // source
    public SourceResult Source { get; set; } = SourceResult.Direct;

    // visitor
    public ulong Visitor { get; set; }
    public ulong Person { get; set; }
    public ulong AlsoVisitor { get; set; }
    public bool Persistent { get; set; }

    // tie
    public uint Tie { get; set; }
    public ulong DedupKey { get; set; }

    public void Begin(Project project, ProjectView view, EventBatch batch, IncomingEvent incoming)
    {
        Project = project;
        View = view;
        Batch = batch;
        In = incoming;
        Sample = null;
        TimeMs = 0;
        Page = PageUrl.None;
        Name = Title = UserAgent = Language = Screen = Os = OsVersion = Device = "";
        Props = null;
        Agent = UserAgentInfo.Unknown;
        Address = default;
        Place = Place.Unknown;
        Source = SourceResult.Direct;
        Visitor = Person = AlsoVisitor = DedupKey = 0;
        Persistent = false;
        Tie = 0;
    }

    public Event ToEvent(SharedContexts contexts) => new()
    {
        Project = Project.Id,
        ReceivedBy = Batch.ReceivedBy,
        ReceivedMs = Batch.ReceivedMs,
        TimeMs = TimeMs,
        Kind = In.Kind,
        Name = Name,
        Host = Page.Host,
        Path = Page.Path,
        Title = Title,
        Props = Props,
        RevenueE4 = In.RevenueE4,
        Currency = In.RevenueE4 is null ? "" : In.Currency ?? Project.Currency,
        EngagedMs = In.EngagedMs,
        Scroll = In.Scroll <= 100 ? In.Scroll : (byte)255,
        Visitor = Visitor,
        Person = Person,
        AlsoVisitor = AlsoVisitor,
        Persistent = Persistent,
        Tie = Tie,
        DedupKey = DedupKey,
        IsRetryKey = In.DedupKey is [EventLimits.RetryKeyPrefix, ..],
        NewVisit = In.Flags.HasFlag(IncomingFlags.NewVisit),
        Visit = contexts.Of(this),
    };
}
