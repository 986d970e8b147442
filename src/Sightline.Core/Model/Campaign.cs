namespace Sightline.Core.Model;

/// <summary>Campaign fields, named as in <c>utm_</c> parameters.</summary>
public sealed record Campaign(string? Source, string? Medium, string? Name, string? Term, string? Content);
