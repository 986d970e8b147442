using System.Net.Sockets;
using System.Text;
using Sightline.Server.Receive.Lines;

namespace Sightline.Server.Receive.StatsD;

/// <summary>A connection to <see cref="StatsdAdmin"/>. statsd takes whatever arrives at once for one command; here a line is one.</summary>
internal sealed class StatsdAdminStream(StatsdAdmin admin, Socket connection) : IStreamReader
{
    /// <summary>Longest command.</summary>
    public const int Buffer = 64 * 1024;

    public async ValueTask<int> TakeAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        // A last line without an end is a command, too: "echo -n stats | nc" works with statsd.
        foreach (var line in Encoding.ASCII.GetString(bytes.Span).TrimEnd('\r', '\n').Split('\n'))
        {
            if (admin.Answer(line) is not { } answer)
            {
                // "quit" is an orderly end, not one that breaks off what a sender has under way.
                connection.LingerState = new LingerOption(false, 0);
                return -1;
            }

            for (var rest = (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(answer); rest.Length > 0;)
            {
                rest = rest[await connection.SendAsync(rest, cancellationToken)..];
            }
        }

        return bytes.Length;
    }
}
