using System.Text;
using Sightline.Store.DuckDb;

namespace Sightline.Tests.Store;

public sealed class DuckDbTests : IDisposable
{
    private readonly DuckDbDatabase _database = DuckDbDatabase.Open(DuckDbDatabase.InMemory, new DuckDbOptions { Threads = 1 });
    private readonly DuckDbConnection _connection;

    public DuckDbTests() => _connection = _database.Connect();

    public void Dispose()
    {
        _connection.Dispose();
        _database.Dispose();
    }

    [Fact]
    public void A_failure_carries_the_message_of_the_engine()
    {
        var parse = Assert.Throws<DuckDbException>(() => _connection.Execute("SELEC 1"));
        Assert.Contains("syntax error", parse.Message, StringComparison.Ordinal);
        var bind = Assert.Throws<DuckDbException>(() => _connection.Query("SELECT nothing FROM nowhere"));
        Assert.Contains("nowhere", bind.Message, StringComparison.Ordinal);
        var run = Assert.Throws<DuckDbException>(() => _connection.ScalarLong("SELECT CAST('abc' AS BIGINT)"));
        Assert.Contains("abc", run.Message, StringComparison.Ordinal);
        Assert.Equal(1, _connection.ScalarLong("SELECT 1"));
    }

    [Fact]
    public void A_failure_in_the_middle_of_a_stream_is_thrown_and_is_not_its_end()
    {
        using var reader = _connection.Query("SELECT CASE WHEN i = 500000 THEN error('boom') ELSE 'a' END FROM range(1000000) r(i)");
        var rows = 0L;
        var failure = Assert.Throws<DuckDbException>(() =>
        {
            while (reader.Read())
            {
                rows += reader.Rows;
            }
        });
        Assert.Contains("boom", failure.Message, StringComparison.Ordinal);
        Assert.True(rows > 0);
    }

    [Fact]
    public void Streams_chunks_with_nulls_and_strings_of_every_length()
    {
        using var reader = _connection.Query("SELECT i, CASE WHEN i % 3 = 0 THEN NULL ELSE repeat('é', (i % 20)::BIGINT) END, i::HUGEINT, i % 2 = 0 FROM range(10000) r(i)");
        Assert.Equal(4, reader.ColumnCount);
        Assert.Equal(DuckDbType.Varchar, reader.TypeOf(1));
        var next = 0L;
        while (reader.Read())
        {
            var numbers = reader.Column(0).Values<long>();
            var texts = reader.Column(1);
            var strings = texts.Strings();
            var huge = reader.Column(2).Values<Int128>();
            var even = reader.Column(3).Values<bool>();
            for (var row = 0; row < reader.Rows; row++, next++)
            {
                Assert.Equal(next, numbers[row]);
                Assert.Equal(next, (long)huge[row]);
                Assert.Equal(next % 2 == 0, even[row]);
                Assert.Equal(next % 3 == 0, texts.IsNull(row));
                if (!texts.IsNull(row))
                {
                    Assert.Equal(string.Concat(Enumerable.Repeat("é", (int)(next % 20))), Encoding.UTF8.GetString(strings[row].Bytes));
                }
            }
        }

        Assert.Equal(10000, next);
    }

    [Fact]
    public void Lists_are_read_through_their_child()
    {
        using var reader = _connection.Query("SELECT x::UINTEGER[] FROM (VALUES ([1, 2, 3]), ([]), ([7])) v(x)");
        Assert.True(reader.Read());
        var found = new List<string>();
        do
        {
            var column = reader.Column(0);
            var child = column.ListChild().Values<uint>();
            foreach (var entry in column.Lists())
            {
                found.Add(string.Join(',', child.Slice((int)entry.Offset, (int)entry.Length).ToArray()));
            }
        }
        while (reader.Read());

        Assert.Equal(["1,2,3", "", "7"], found);
    }

    [Fact]
    public void Parameters_of_every_type_arrive_as_given()
    {
        using var statement = _connection.Prepare("SELECT $1 = 5::BIGINT AND $2 = 18446744073709551615::UBIGINT AND $3 = 1.5 AND $4 AND $5 IS NULL AND $6 = 'a''ü😀' AND $7 = '\\x00\\xFF'::BLOB AND $8 = ''");
        statement.Bind(1, 5L).Bind(2, ulong.MaxValue).Bind(3, 1.5).Bind(4, true).BindNull(5).Bind(6, "a'ü😀").BindBlob(7, [0, 255]).Bind(8, "");
        for (var i = 0; i < 2; i++)
        {
            using var reader = statement.Query();
            Assert.Equal(1, reader.ScalarLong());
        }

        Assert.Throws<DuckDbException>(() => statement.Bind(9, 1L));
    }

    [Fact]
    public void A_column_read_as_the_wrong_type_is_refused()
    {
        using var reader = _connection.Query("SELECT 1::BIGINT, 'text'");
        Assert.Throws<InvalidOperationException>(() => reader.Column(0).Rows);
        Assert.True(reader.Read());
        Assert.Throws<InvalidCastException>(() => reader.Column(0).Values<int>().Length);
        Assert.Throws<InvalidCastException>(() => reader.Column(1).Values<long>().Length);
        Assert.Throws<InvalidCastException>(() => reader.Column(0).Strings().Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => reader.Column(2).Rows);
        Assert.False(reader.Read());
    }

    [Fact]
    public void Cancelling_stops_a_running_query_and_the_connection_stays_usable()
    {
        using var cancel = new CancellationTokenSource();
        cancel.CancelAfter(50);
        Assert.ThrowsAny<OperationCanceledException>(() =>
            _connection.ScalarLong("SELECT count(*) FROM range(10000000) a(i), range(10000000) b(j) WHERE hash(i, j) = 1", cancel.Token));
        Assert.Equal(2, _connection.ScalarLong("SELECT 2"));
    }

    [Fact]
    public void Cancelling_stops_a_stream_between_its_chunks()
    {
        using var cancel = new CancellationTokenSource();
        using (var reader = _connection.Query("SELECT i FROM range(100000000) r(i)", cancel.Token))
        {
            Assert.True(reader.Read());
            cancel.Cancel();
            Assert.ThrowsAny<OperationCanceledException>(() => reader.Read());
        }

        Assert.Equal(3, _connection.ScalarLong("SELECT 3"));
        Assert.ThrowsAny<OperationCanceledException>(() => _connection.Execute("SELECT 1", cancel.Token));
    }

    [Fact]
    public void Disposing_in_any_order_is_safe()
    {
        var database = DuckDbDatabase.Open(DuckDbDatabase.InMemory, new DuckDbOptions { Threads = 1 });
        var connection = database.Connect();
        var reader = connection.Query("SELECT i, repeat('x', 100) FROM range(1000000) r(i)");
        Assert.True(reader.Read());
        database.Dispose();
        connection.Dispose();
        var rows = (long)reader.Rows;
        while (reader.Read())
        {
            rows += reader.Rows;
        }

        Assert.Equal(1000000, rows);
        reader.Dispose();
        reader.Dispose();
        Assert.Throws<ObjectDisposedException>(() => reader.Read());
        Assert.Throws<ObjectDisposedException>(() => reader.Column(0).Rows);
        Assert.Throws<ObjectDisposedException>(() => connection.Execute("SELECT 1"));
        Assert.Throws<ObjectDisposedException>(() => database.Connect());
        connection.Interrupt();
    }

    [Fact]
    public void Appended_chunks_belong_to_the_transaction()
    {
        _connection.Execute("CREATE TABLE t(a UINTEGER, b VARCHAR, c BLOB)");
        using var rows = new DuckDbRows(DuckDbType.UInteger, DuckDbType.Varchar, DuckDbType.Blob);
        using (var appender = new DuckDbAppender(_connection, "t"))
        {
            for (var pass = 0; pass < 2; pass++)
            {
                _connection.Execute("BEGIN");
                rows.Clear();
                var numbers = rows.Column<uint>(0);
                for (var row = 0; row < DuckDbRows.Capacity; row++)
                {
                    numbers[row] = (uint)row;
                    if (row % 2 == 0)
                    {
                        rows.SetNull(1, row);
                    }
                    else
                    {
                        rows.SetBytes(1, row, Encoding.UTF8.GetBytes(new string('é', row % 30)));
                    }

                    rows.SetBytes(2, row, [0, 255, (byte)row]);
                }

                appender.Append(rows, DuckDbRows.Capacity);
                appender.Append(rows, 10);
                appender.Flush();
                _connection.Execute(pass == 0 ? "ROLLBACK" : "COMMIT");
            }
        }

        Assert.Equal(DuckDbRows.Capacity + 10, _connection.ScalarLong("SELECT count(*) FROM t"));
        Assert.Equal((DuckDbRows.Capacity / 2) + 5, _connection.ScalarLong("SELECT count(b) FROM t"));
        Assert.Equal("ééééé", _connection.ScalarText("SELECT b FROM t WHERE a = 5 LIMIT 1"));
        Assert.Equal(0, _connection.ScalarLong("SELECT count(*) FROM t WHERE octet_length(c) <> 3"));
        Assert.Throws<DuckDbException>(() => new DuckDbAppender(_connection, "missing"));
    }

    [Fact]
    public void Extensions_are_never_loaded_by_themselves()
    {
        Assert.Equal("false", _connection.ScalarText("SELECT current_setting('autoinstall_known_extensions')::VARCHAR"));
        Assert.Equal("false", _connection.ScalarText("SELECT current_setting('autoload_known_extensions')::VARCHAR"));
    }
}
