namespace Sightline.Core.Model;

/// <summary>The protocol a datum came in by. Written to disk: numbers never change meaning.</summary>
public enum ReceivedBy : byte
{
    /// <summary>Our own <c>POST /api/event</c>, which the tracker uses too.</summary>
    EventApi = 1,
    /// <summary>Matomo's Tracking HTTP API.</summary>
    Matomo = 2,
    /// <summary>A web server's access log, read by <c>sightline import logs</c>.</summary>
    AccessLog = 3,
    /// <summary>StatsD, aggregated here.</summary>
    StatsD = 4,
    /// <summary>Carbon: Graphite's plaintext and pickle protocols.</summary>
    Carbon = 5,
    /// <summary>Whisper's files, read by <c>sightline import whisper</c>.</summary>
    Whisper = 6,
    /// <summary>The server's own metrics.</summary>
    Own = 7,
}
