namespace Sightline.Server.Access;

/// <summary>Who may use a route. Every route declares one; a test goes through them all.</summary>
internal sealed record AccessRule(AccessKind Kind, Right Right = default, string? ProjectParameter = null, bool AnyHost = false);

/// <summary>How a route is guarded.</summary>
internal enum AccessKind
{
    /// <summary>Anybody: what trackers, browsers before sign-in and supervisors need.</summary>
    Everyone,
    /// <summary>Senders: the key in the request names a project and allows writing to it; the gate decides.</summary>
    IngestKey,
    /// <summary>The endpoint reads a token itself, because what it is about stands in the body.</summary>
    TokenInEndpoint,
    /// <summary>The Unix socket in the data directory.</summary>
    ControlSocket,
    /// <summary>Whoever has a shared link, or anybody where the project is public; before the endpoint a filter looks which.</summary>
    Shared,
    /// <summary>A person who is signed in.</summary>
    SignedIn,
    /// <summary>Whoever has a right: in the project of the route, or, when the route has none, in any project.</summary>
    Right,
}

/// <summary>Declares who may use a route.</summary>
internal static class AccessRules
{
    public static TBuilder AllowEveryone<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new AccessRule(AccessKind.Everyone));

    /// <summary>Anybody, under whatever name the server is called: supervisors know its address only.</summary>
    public static TBuilder AllowSupervisors<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new AccessRule(AccessKind.Everyone, AnyHost: true));

    public static TBuilder AllowIngestKey<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new AccessRule(AccessKind.IngestKey));

    /// <summary>The endpoint asks for the token and for <paramref name="right"/> itself.</summary>
    public static TBuilder ChecksTokenItself<TBuilder>(this TBuilder builder, Right right)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new AccessRule(AccessKind.TokenInEndpoint, right));

    public static TBuilder RequireSignIn<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new AccessRule(AccessKind.SignedIn));

    /// <param name="builder">The route.</param>
    /// <param name="right">What the caller must be allowed.</param>
    /// <param name="project">Name of the route's parameter that holds the project's id; a route without it asks for the right in any project.</param>
    public static TBuilder RequireRight<TBuilder>(this TBuilder builder, Right right, string project = "id")
        where TBuilder : IEndpointConventionBuilder
    {
        builder.Add(endpoint => endpoint.Metadata.Add(new AccessRule(
            AccessKind.Right,
            right,
            endpoint is RouteEndpointBuilder route && route.RoutePattern.GetParameter(project) is not null ? project : null)));
        return builder;
    }

    /// <summary>Routes of a project: those on the first see its numbers, those on the second need <paramref name="write"/>.</summary>
    public static (RouteGroupBuilder Read, RouteGroupBuilder Write) ForProjects(this IEndpointRouteBuilder app, Right write) =>
        (app.MapGroup("").RequireRight(Right.SeeNumbers), app.MapGroup("").RequireRight(write));
}
