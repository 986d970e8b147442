using System.Text.Json;
using Sightline.Server.Write.Enrich;

namespace Sightline.Server.Features.Erase;

/// <summary>Of whom something is asked: the id a sender gave, of a person or of a browser.</summary>
/// <param name="Project">The project.</param>
/// <param name="IsPerson">A user id; else a first-party visitor id.</param>
/// <param name="Id">As it was sent with the events.</param>
internal sealed record EraseRequest(uint Project, bool IsPerson, string Id)
{
    public const int MostBytes = 4096;

    public string Kind => IsPerson ? "person" : "visitor";

    /// <summary>Reads <c>{"project": 1, "person": "..."}</c>, or <c>visitor</c> in place of <c>person</c>.</summary>
    /// <exception cref="EraseRequestException">It is something else.</exception>
    public static EraseRequest Parse(ReadOnlyMemory<byte> body)
    {
        if (body.Length > MostBytes)
        {
            throw new EraseRequestException($"the request has more than {MostBytes} bytes", "");
        }

        try
        {
            using var json = JsonDocument.Parse(body);
            if (json.RootElement.ValueKind != JsonValueKind.Object)
            {
                throw new EraseRequestException("the request must be a JSON object", "");
            }

            uint? project = null;
            EraseRequest? whose = null;
            foreach (var member in json.RootElement.EnumerateObject())
            {
                switch (member.Name)
                {
                    case "project" when project is null && member.Value.ValueKind == JsonValueKind.Number && member.Value.TryGetUInt32(out var number):
                        project = number;
                        break;
                    case "project":
                        throw new EraseRequestException("project must be a project's number, once", "project");
                    case "person" or "visitor" when whose is null && member.Value.ValueKind == JsonValueKind.String:
                        whose = Of(0, member.Name == "person", member.Value.GetString());
                        break;
                    case "person" or "visitor":
                        throw new EraseRequestException("give one id, a string, as person or as visitor", member.Name);
                    default:
                        throw new EraseRequestException($"there is no member '{(member.Name.Length > 40 ? member.Name[..40] : member.Name)}' here", "");
                }
            }

            return project is null ? throw new EraseRequestException("give the project's number as project", "project")
                : whose is null ? throw new EraseRequestException("give an id as person (a user id) or as visitor (a visitor id)", "person")
                : whose with { Project = project.Value };
        }
        catch (JsonException)
        {
            throw new EraseRequestException("the request is not JSON", "");
        }
    }

    /// <exception cref="EraseRequestException">No event can carry such an id.</exception>
    public static EraseRequest Of(uint project, bool isPerson, string? id)
    {
        var clean = VisitorIds.Clean(id);
        return clean.Length > 0 ? new EraseRequest(project, isPerson, clean) : throw new EraseRequestException("the id is empty", isPerson ? "person" : "visitor");
    }

    /// <summary>The ways in which a sample of dropped data may spell the id.</summary>
    public IReadOnlyList<string> Spellings() => [.. new[] { Id, Uri.EscapeDataString(Id), JsonEncodedText.Encode(Id).ToString() }.Distinct(StringComparer.Ordinal)];
}
