using Sightline.Core.Model;

namespace Sightline.Store.DuckDb;

/// <summary>Session objects to and from chunks of the columns of <c>sessions</c>.</summary>
internal static class SessionRows
{
    /// <summary>The columns before the context, in the order of the table.</summary>
    public const string Head = """
        project, id, visitor, person, persistent, "returning", start_ms, end_ms, first_ms, first_tie, entry_ms, entry_tie, exit_ms, exit_tie, forced,
        page_views, interactions, passives, engaged_ms, entry_page, exit_page
        """;

    public const int HeadCount = 21;

    public static DuckDbType[] Types { get; } =
    [
        DuckDbType.UInteger, DuckDbType.UInteger, DuckDbType.UBigInt, DuckDbType.UBigInt, DuckDbType.Boolean, DuckDbType.Boolean,
        DuckDbType.BigInt, DuckDbType.BigInt, DuckDbType.BigInt, DuckDbType.UInteger, DuckDbType.BigInt, DuckDbType.UInteger, DuckDbType.BigInt, DuckDbType.UInteger,
        DuckDbType.Boolean, DuckDbType.UInteger, DuckDbType.UInteger, DuckDbType.UInteger, DuckDbType.UBigInt, DuckDbType.UInteger, DuckDbType.UInteger,
        .. Enumerable.Repeat(DuckDbType.UInteger, SessionContextTexts.Count),
    ];

    public static void Write(DuckDbRows rows, int row, Session session)
    {
        rows.Set(0, row, session.Project);
        rows.Set(1, row, session.Id);
        rows.Set(2, row, session.Visitor);
        rows.Set(3, row, session.Person);
        rows.Set(4, row, session.Persistent);
        rows.Set(5, row, session.Returning);
        rows.Set(6, row, session.StartMs);
        rows.Set(7, row, session.EndMs);
        rows.Set(8, row, session.First.Ms);
        rows.Set(9, row, session.First.Tie);
        rows.Set(10, row, session.Entry.Ms);
        rows.Set(11, row, session.Entry.Tie);
        rows.Set(12, row, session.Exit.Ms);
        rows.Set(13, row, session.Exit.Tie);
        rows.Set(14, row, session.Forced);
        rows.Set(15, row, session.PageViews);
        rows.Set(16, row, session.Interactions);
        rows.Set(17, row, session.Passives);
        rows.Set(18, row, session.EngagedMs);
        rows.Set(19, row, session.EntryPage);
        rows.Set(20, row, session.ExitPage);
        for (var i = 0; i < SessionContextTexts.Count; i++)
        {
            rows.Set(HeadCount + i, row, session.ContextIds is { } ids ? ids[i] : 0u);
        }
    }

    /// <summary>The rows of the current chunk of a query for all columns.</summary>
    public static IEnumerable<Session> Read(DuckDbReader reader)
    {
        var sessions = new Session[reader.Rows];
        var projects = reader.Column(0).Values<uint>();
        var ids = reader.Column(1).Values<uint>();
        var visitors = reader.Column(2).Values<ulong>();
        var persons = reader.Column(3).Values<ulong>();
        var persistent = reader.Column(4).Values<bool>();
        var returning = reader.Column(5).Values<bool>();
        var starts = reader.Column(6).Values<long>();
        var ends = reader.Column(7).Values<long>();
        var firstMs = reader.Column(8).Values<long>();
        var firstTies = reader.Column(9).Values<uint>();
        var entryMs = reader.Column(10).Values<long>();
        var entryTies = reader.Column(11).Values<uint>();
        var exitMs = reader.Column(12).Values<long>();
        var exitTies = reader.Column(13).Values<uint>();
        var forced = reader.Column(14).Values<bool>();
        var pageViews = reader.Column(15).Values<uint>();
        var interactions = reader.Column(16).Values<uint>();
        var passives = reader.Column(17).Values<uint>();
        var engaged = reader.Column(18).Values<ulong>();
        var entries = reader.Column(19).Values<uint>();
        var exits = reader.Column(20).Values<uint>();
        for (var row = 0; row < sessions.Length; row++)
        {
            sessions[row] = new Session
            {
                Project = projects[row],
                Id = ids[row],
                Visitor = visitors[row],
                Person = persons[row],
                Persistent = persistent[row],
                Returning = returning[row],
                StartMs = starts[row],
                StoredStartMs = starts[row],
                EndMs = ends[row],
                First = new SessionPoint(firstMs[row], firstTies[row]),
                Entry = new SessionPoint(entryMs[row], entryTies[row]),
                Exit = new SessionPoint(exitMs[row], exitTies[row]),
                Forced = forced[row],
                PageViews = pageViews[row],
                Interactions = interactions[row],
                Passives = passives[row],
                EngagedMs = engaged[row],
                EntryPage = entries[row],
                ExitPage = exits[row],
                ContextIds = new uint[SessionContextTexts.Count],
                Stored = true,
            };
        }

        for (var i = 0; i < SessionContextTexts.Count; i++)
        {
            var values = reader.Column(HeadCount + i).Values<uint>();
            for (var row = 0; row < sessions.Length; row++)
            {
                sessions[row].ContextIds![i] = values[row];
            }
        }

        return sessions;
    }
}
