namespace Sightline.Store.DuckDb.Query;

/// <summary>Numbers people: the person a visit names, or whom its visitor is known to be since, or the visitor itself.</summary>
internal sealed class PersonNames
{
    private readonly Dictionary<ulong, ulong> identities = [];
    private readonly VisitorSlots slots;

    public PersonNames(DuckDbConnection connection, uint project, int visits, MemoryBudget budget, CancellationToken cancellation)
    {
        slots = new(visits, budget);
        if (visits == 0)
        {
            return;
        }
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

    public int Capacity => slots.Capacity;

    public int Number(ulong visitor, ulong person) =>
        slots.Number(person != 0 ? person : identities.TryGetValue(visitor, out var known) ? known : visitor);
}
