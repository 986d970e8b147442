using Sightline.Core.Model;

namespace Sightline.Server.Write.Enrich;

/// <summary>Drops what programs send, by their User-Agent, unless the sender or the project asks for it to be kept.</summary>
internal sealed class BotStep(UserAgents userAgents) : IEnrichStep
{
    private string? _lastText;
    private UserAgentInfo _last = UserAgentInfo.Unknown;

    public string Name => "bot";

    public DropReason? Apply(EnrichItem item)
    {
        if (!string.Equals(_lastText, item.UserAgent, StringComparison.Ordinal))
        {
            _last = userAgents.Find(item.UserAgent);
            _lastText = item.UserAgent;
        }

        item.Agent = _last;
        if (!_last.IsBot || item.In.Flags.HasFlag(IncomingFlags.AllowBots) || item.Project.AllowsBots || item.View.IsAllowedBot(item.UserAgent))
        {
            return null;
        }

        item.Sample = item.UserAgent.Length == 0 ? "no User-Agent" : item.UserAgent;
        return DropReason.Bot;
    }
}
