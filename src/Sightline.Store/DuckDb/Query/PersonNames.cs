namespace Sightline.Store.DuckDb.Query;

/// <summary>Who a visit is counted as: the person it names, or whom its visitor is known to be since, or the visitor itself.</summary>
internal sealed class PersonNames
{
    private readonly Dictionary<ulong, ulong> identities = [];

    public PersonNames(DuckDbConnection connection, uint project, MemoryBudget budget, CancellationToken cancellation)
    {
        using var reader = connection.Query($"SELECT visitor, person FROM main.identities WHERE project = {project}", cancellation);
        while (reader.Read())
        {
            var visitors = reader.Column(0).Values<ulong>();
            var persons = reader.Column(1).Values<ulong>();
            budget.Take(visitors.Length * 40L);
            for (var i = 0; i < visitors.Length; i++)
            {
                identities[visitors[i]] = persons[i];
            }
        }
    }

    public ulong Of(ulong visitor, ulong person) => person != 0 ? person : identities.TryGetValue(visitor, out var known) ? known : visitor;
}
