using Sightline.Core.Model;

namespace Sightline.Server.Features.Overview;

/// <summary>Names of the properties that a project's events carry.</summary>
internal interface IPropNames
{
    /// <summary>The commonest of late, commonest first.</summary>
    IReadOnlyList<string> Of(Project project);
}
