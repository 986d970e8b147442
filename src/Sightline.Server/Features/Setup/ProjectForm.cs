namespace Sightline.Server.Features.Setup;

/// <summary>What was typed for a new project.</summary>
public sealed record ProjectForm(string Name, string Domain, string Zone, string Week = "monday");
