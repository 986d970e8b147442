namespace Sightline.Server.Features.Erase;

/// <summary>Asked wrongly.</summary>
/// <param name="message">What is wrong.</param>
/// <param name="at">The member it is about; empty: the whole.</param>
internal sealed class EraseRequestException(string message, string at) : Exception(message)
{
    public string At => at;
}
