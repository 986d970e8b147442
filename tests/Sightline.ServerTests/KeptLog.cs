using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Sightline.ServerTests;

/// <summary>Keeps what a server logs from the moment it is added to its logger factory.</summary>
internal sealed class KeptLog : ILoggerProvider, ILogger
{
    private readonly ConcurrentQueue<(LogLevel Level, string Text)> _lines = [];

    public IEnumerable<string> Lines => _lines.Select(static line => line.Text);

    /// <summary>Warnings and worse.</summary>
    public IEnumerable<string> Warnings => _lines.Where(static line => line.Level >= LogLevel.Warning).Select(static line => line.Text);

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _lines.Enqueue((logLevel, formatter(state, exception) + exception));

    public void Dispose()
    {
        // Nothing is held open.
    }
}
