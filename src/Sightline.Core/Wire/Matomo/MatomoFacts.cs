using Sightline.Core.Model;

namespace Sightline.Core.Wire.Matomo;

/// <summary>What a hit's reading depends on besides its parameters.</summary>
/// <param name="Project">The project <c>idsite</c> names.</param>
/// <param name="ReceivedMs">When it was received, Unix milliseconds UTC.</param>
/// <param name="Authorised">A valid token for the project came along.</param>
/// <param name="Referer">The request's Referer header: the page of an image tracker that names none.</param>
/// <param name="Prefetch">A prefetch or preview header was set.</param>
/// <param name="IgnoreCookie">The browser carries Matomo's opt-out cookie.</param>
public readonly record struct MatomoFacts(Project Project, long ReceivedMs, bool Authorised, string? Referer, bool Prefetch, bool IgnoreCookie);
