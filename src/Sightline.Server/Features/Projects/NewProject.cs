namespace Sightline.Server.Features.Projects;

/// <summary>Body of <c>POST /api/v1/projects</c>; only the name is demanded.</summary>
internal sealed record NewProject(string? Name, IReadOnlyList<string>? Domains, string? Timezone, string? Currency);
