namespace Sightline.Server.Features.ApiDocument;

/// <summary>A route for programs.</summary>
/// <param name="Method">In capitals.</param>
/// <param name="Pattern">Without constraints.</param>
/// <param name="NeedsToken">Who uses it must show one.</param>
public sealed record ApiRoute(string Method, string Pattern, bool NeedsToken);
