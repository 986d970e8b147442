using Sightline.Core.Model;

namespace Sightline.Server.Features.Imports;

/// <summary>Lines that would not count, for one reason.</summary>
public sealed record PreviewSkip(DropReason Reason, int Count, IReadOnlyList<string> Samples);
