namespace Sightline.Store.Settings;

/// <summary>How far an import is. Written to disk: numbers never change meaning.</summary>
public enum ImportState
{
    /// <summary>Uploaded, and waiting for somebody to look at it and start it.</summary>
    Uploaded = 1,
    /// <summary>Running, or waiting for its turn; goes on after a restart.</summary>
    Running = 2,
    Done = 3,
    Failed = 4,
    /// <summary>Somebody stopped it; what was stored until then stays.</summary>
    Cancelled = 5,
    /// <summary>The command line went away in the middle; the same command goes on where it stopped.</summary>
    Interrupted = 6,
}
