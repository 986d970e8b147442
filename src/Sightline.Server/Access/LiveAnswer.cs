namespace Sightline.Server.Access;

/// <summary>Of a route whose answer goes on (server-sent events): the right to it is looked at again while it does.</summary>
internal sealed class LiveAnswer
{
    public static readonly LiveAnswer Marker = new();
}

/// <summary>Declares that an answer goes on.</summary>
internal static class LiveAnswers
{
    /// <summary>The answer ends within seconds of its reader's session, token or right; it must heed <c>HttpContext.RequestAborted</c>.</summary>
    public static TBuilder EndWithRight<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(LiveAnswer.Marker);
}
