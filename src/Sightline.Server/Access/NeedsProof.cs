namespace Sightline.Server.Access;

/// <summary>Of a route that changes what people sign in with or who may do what: an open session is not enough for it.</summary>
internal sealed class NeedsProof
{
    public static readonly NeedsProof Marker = new();
}

/// <summary>Asks a person again who they are.</summary>
internal interface IProof
{
    /// <summary>What to answer instead of doing what was asked; <see langword="null"/>: the person has proven it just now or a moment ago.</summary>
    Task<IResult?> AskAsync(HttpContext context, Caller caller);

    /// <summary>The person has proven it a moment ago, and need not again.</summary>
    bool IsProven(Caller caller);
}

/// <summary>Declares that a route needs a proof.</summary>
internal static class ProofRules
{
    /// <summary>A person must have signed in, or confirmed it, within the last minutes. Tokens prove themselves with every request.</summary>
    public static TBuilder RequireProof<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(NeedsProof.Marker);
}
