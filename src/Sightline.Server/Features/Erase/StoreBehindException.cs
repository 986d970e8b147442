namespace Sightline.Server.Features.Erase;

/// <summary>What was received waits in the log and could not be stored in time: nothing was erased, for the rest would have come after.</summary>
internal sealed class StoreBehindException() : Exception("The store is behind what was received, so not everything could be erased; nothing was. Try again later.");
