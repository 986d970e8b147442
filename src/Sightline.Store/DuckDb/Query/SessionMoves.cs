namespace Sightline.Store.DuckDb.Query;

/// <summary>Ids of visits that late events joined into others.</summary>
internal static class SessionMoves
{
    /// <summary>Each old id with the id that stands for it now, through any number of moves.</summary>
    public static Dictionary<uint, uint> Load(DuckDbConnection connection, uint project, CancellationToken cancellation)
    {
        Dictionary<uint, uint> moves = [];
        using (var reader = connection.Query($"SELECT old_id, new_id FROM main.session_moves WHERE project = {project}", cancellation))
        {
            while (reader.Read())
            {
                var old = reader.Column(0).Values<uint>();
                var now = reader.Column(1).Values<uint>();
                for (var i = 0; i < old.Length; i++)
                {
                    moves[old[i]] = now[i];
                }
            }
        }
        foreach (var old in moves.Keys.ToArray())
        {
            var now = moves[old];
            while (moves.TryGetValue(now, out var next))
            {
                now = next;
            }
            moves[old] = now;
        }
        return moves;
    }
}
