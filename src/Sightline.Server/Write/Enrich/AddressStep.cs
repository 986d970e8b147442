using Sightline.Core.Model;

namespace Sightline.Server.Write.Enrich;

/// <summary>
/// Reads the visitor's address: the event's own when it names one, else the request's. What is no address drops nothing: the visitor
/// is told apart by the text, and the place stays unknown.
/// </summary>
internal sealed class AddressStep : IEnrichStep
{
    private string? _lastText;
    private VisitorAddress _last;

    public string Name => "address";

    public DropReason? Apply(EnrichItem item)
    {
        var text = item.In.ClientIp ?? item.Batch.ClientIp;
        // A batch is mostly one visitor's.
        if (!string.Equals(text, _lastText, StringComparison.Ordinal))
        {
            _last = VisitorAddress.Parse(text);
            _lastText = text;
        }

        item.Address = _last;
        return null;
    }
}
