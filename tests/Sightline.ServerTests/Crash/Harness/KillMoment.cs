namespace Sightline.ServerTests.Crash;

/// <summary>What the server is doing when it is killed.</summary>
internal enum KillMoment
{
    /// <summary>Receiving, at any moment.</summary>
    UnderLoad,

    /// <summary>Opening what the last kill left.</summary>
    Starting,

    /// <summary>Asked to stop: writing the rest of the log to the store.</summary>
    Draining,

    /// <summary>Asked to stop: the store's file is being rewritten from its own log.</summary>
    ClosingTheStore,

    /// <summary>Receiving, while the store's file is being rewritten.</summary>
    Checkpointing,

    /// <summary>Receiving, while a month moves into a file of its own.</summary>
    Settling,
}
