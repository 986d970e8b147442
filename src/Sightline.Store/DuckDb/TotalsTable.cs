using Sightline.Core.Model;

namespace Sightline.Store.DuckDb;

/// <summary>Sums of the counts over all days.</summary>
internal static class TotalsTable
{
    public static ReceivedTotals Read(DuckDbConnection connection, uint project, ReceivedBy by)
    {
        long received = 0, stored = 0;
        using (var statement = connection.Prepare("SELECT sum(received)::BIGINT, sum(stored)::BIGINT FROM received WHERE project = $1 AND received_by = $2 HAVING count(*) > 0"))
        using (var reader = statement.Bind(1, (long)project).Bind(2, (long)by).Query())
        {
            while (reader.Read())
            {
                for (var row = 0; row < reader.Rows; row++)
                {
                    (received, stored) = (reader.Column(0).Long(row), reader.Column(1).Long(row));
                }
            }
        }

        var drops = new Dictionary<DropReason, long>();
        using (var statement = connection.Prepare("SELECT reason::BIGINT, sum(count)::BIGINT FROM drops WHERE project = $1 AND received_by = $2 GROUP BY reason"))
        using (var reader = statement.Bind(1, (long)project).Bind(2, (long)by).Query())
        {
            while (reader.Read())
            {
                for (var row = 0; row < reader.Rows; row++)
                {
                    drops[(DropReason)reader.Column(0).Long(row)] = reader.Column(1).Long(row);
                }
            }
        }

        return new ReceivedTotals(received, stored, drops);
    }
}
