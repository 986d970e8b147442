namespace Sightline.Store.DuckDb;

/// <summary>
/// Carries a cancellation to the statement that a connection is running. The engine forgets an interrupt that comes between two of its steps (it clears
/// the flag when one begins), so it is repeated until the statement has ended.
/// </summary>
internal sealed class Interruption : IDisposable
{
    private const int RepeatMs = 20;

    private readonly DuckDbConnection _connection;
    private readonly Lock _gate = new();
    private readonly CancellationTokenRegistration _registration;
    private Timer? _repeat;
    private bool _over;

    private Interruption(DuckDbConnection connection, CancellationToken cancel)
    {
        _connection = connection;
        _registration = cancel.UnsafeRegister(static state => ((Interruption)state!).Interrupt(), this);
    }

    /// <returns><see langword="null"/>: the token is never cancelled.</returns>
    public static Interruption? Of(DuckDbConnection connection, CancellationToken cancel) =>
        cancel.CanBeCanceled ? new Interruption(connection, cancel) : null;

    /// <summary>After it no interrupt can hit a later statement of the connection.</summary>
    public void Dispose()
    {
        _registration.Dispose();
        lock (_gate)
        {
            _over = true;
            _repeat?.Dispose();
        }
    }

    private void Interrupt()
    {
        lock (_gate)
        {
            if (!_over)
            {
                _connection.Interrupt();
                _repeat ??= new Timer(static state => ((Interruption)state!).Interrupt(), this, RepeatMs, RepeatMs);
            }
        }
    }
}
