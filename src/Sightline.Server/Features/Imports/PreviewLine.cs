namespace Sightline.Server.Features.Imports;

/// <summary>A line as it would count; the visitor's address is not shown.</summary>
public sealed record PreviewLine(string Time, string What, string Page, string Referrer, string Agent);
