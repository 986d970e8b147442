using System.Net.Sockets;

namespace Sightline.Server.Receive.Lines;

/// <summary>
/// A Unix socket a line protocol listens on: <c>unix:/path</c> (also <c>unixgram:</c>) takes datagrams, <c>unixstream:/path</c> streams; <c>//</c> before the
/// path is allowed, as in Datadog's addresses.
/// </summary>
/// <param name="Path">Absolute.</param>
/// <param name="IsStream">Connections instead of datagrams.</param>
public sealed record UnixLineSocket(string Path, bool IsStream)
{
    /// <summary>The kernel's limit of a socket's path, with the ending zero.</summary>
    private const int LongestPath = 107;

    private const UnixFileMode ForAll = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    /// <summary>Whether an address means a Unix socket.</summary>
    public static bool IsOne(string text) => text.StartsWith("unix", StringComparison.Ordinal);

    /// <exception cref="FormatException">With words that continue "--name ...".</exception>
    public static UnixLineSocket Parse(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var path = colon < 0 ? "" : text[(colon + 1)..];
        path = path.StartsWith("//", StringComparison.Ordinal) ? path[2..] : path;
        bool? isStream = colon < 0 ? null : text[..colon] switch { "unix" or "unixgram" => false, "unixstream" => true, _ => null };
        return isStream is not { } stream || !System.IO.Path.IsPathRooted(path) || System.Text.Encoding.UTF8.GetByteCount(path) > LongestPath
            ? throw new FormatException($"is '{text}', not unix:/PATH or unixstream:/PATH with an absolute path of at most {LongestPath} bytes")
            : new UnixLineSocket(path, stream);
    }

    /// <summary>Takes away the file that a killed server left behind. A socket on which somebody listens, and any other file, stays.</summary>
    /// <exception cref="IOException">The path is taken.</exception>
    public void Clear()
    {
        if (!File.Exists(Path))
        {
            return;
        }

        using var probe = new Socket(AddressFamily.Unix, IsStream ? SocketType.Stream : SocketType.Dgram, ProtocolType.Unspecified);
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(Path));
        }
        catch (SocketException fault) when (fault.SocketErrorCode == SocketError.ConnectionRefused && IsSocket())
        {
            File.Delete(Path);
            return;
        }
        catch (SocketException fault)
        {
            throw new IOException($"{Path} is there and cannot be listened on: {fault.Message}", fault);
        }

        throw new IOException($"{Path} is in use: somebody listens there");
    }

    /// <summary>Lets every user of the machine send, as a port of the machine does; who may reach the directory decides.</summary>
    public void Open() => File.SetUnixFileMode(Path, ForAll);

    // A connection to an ordinary file is refused, too. A socket cannot be opened (ENXIO); whatever can be is not ours to delete.
    private bool IsSocket()
    {
        try
        {
            using var file = File.OpenHandle(Path);
            return false;
        }
        catch (Exception fault) when (fault is IOException and not FileNotFoundException)
        {
            return true;
        }
    }
}
