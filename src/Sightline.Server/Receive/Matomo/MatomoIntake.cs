using Sightline.Core.Model;
using Sightline.Core.Wire.Common;
using Sightline.Core.Wire.Matomo;
using Sightline.Store.Settings;

namespace Sightline.Server.Receive.Matomo;

/// <summary>Sorts the hits of one call into a batch for each project and hands them to the gate.</summary>
internal sealed class MatomoIntake(Gate gate, TimeProvider time, RequestFacts facts, string? referer, bool ignoreCookie)
{
    // Anyone who may send what needs trust; Matomo asks for write, admin or super user.
    private const TokenScopes Trusted = TokenScopes.Ingest | TokenScopes.Write;

    private readonly MatomoParser _parser = new();
    private readonly List<Part> _parts = [];
    private string? _lastToken;
    private TokenGrant? _lastGrant;
    private int _events;
    private bool _lookedAgain;

    /// <summary>Indices of hits that are refused, among those not passed over.</summary>
    public List<int> Invalid { get; } = [];

    /// <summary>Hits durable on disk, those Matomo would exclude included.</summary>
    public int Tracked { get; private set; }

    public bool IsTrusted(string? token) => Grant(token)?.AllowsAnywhere(Trusted) == true;

    /// <summary>Reads all hits.</summary>
    /// <param name="headerToken">From the Authorization header: for hits that name none.</param>
    /// <returns><see langword="false"/>: more events than one call may bring; nothing is taken.</returns>
    public async ValueTask<bool> ReadAsync(MatomoCall call, string? headerToken)
    {
        var index = 0;
        foreach (var hit in call.Hits())
        {
            if (hit is not null && !_lookedAgain && NamesUnknownProject(hit))
            {
                // Once a call: a project made while it is read is the next call's.
                _lookedAgain = true;
                await gate.LookAgainAsync();
            }

            if (hit is null || !TryRead(hit, call.Token ?? TokenOf(hit) ?? headerToken))
            {
                Invalid.Add(index);
                if (hit is null)
                {
                    gate.CountReject(ReceivedBy.Matomo, RejectReason.Malformed);
                }
            }

            if (++index > EventLimits.EventsPerBatch || _events > EventLimits.EventsPerBatch)
            {
                return false;
            }
        }

        for (var passedOver = call.PassedOver; passedOver > 0; passedOver--)
        {
            gate.CountReject(ReceivedBy.Matomo, RejectReason.Malformed);
        }

        return true;
    }

    /// <summary>Makes everything read durable; the first refusal ends it.</summary>
    public async ValueTask<GateAnswer> AppendAsync(CancellationToken cancellationToken)
    {
        foreach (var part in _parts)
        {
            var answer = await gate.AppendAsync(part.Project, part.Batch, cancellationToken);
            if (!answer.Accepted)
            {
                return answer;
            }

            Tracked += part.Tracked;
        }

        return new GateAnswer(RejectReason.None);
    }

    private bool NamesUnknownProject(FormFields hit) => MatomoParser.TryReadSite(hit, out var site) && !gate.TryFindProjectById(site, out _);

    // false: refused, by us or by Matomo's rules.
    private bool TryRead(FormFields hit, string? token)
    {
        if (!MatomoParser.TryReadSite(hit, out var site) || !gate.TryFindProjectById(site, out var project))
        {
            gate.CountUnknownKey(ReceivedBy.Matomo, site == 0 ? null : site.ToString(System.Globalization.CultureInfo.InvariantCulture), referer);
            return false;
        }

        var part = PartOf(project);
        var before = part.Batch.Events.Count;
        var result = _parser.Read(
            hit, new MatomoFacts(project, part.Batch.ReceivedMs, Grant(token)?.Allows(Trusted, project.Id) == true, referer, facts.Prefetch, ignoreCookie), part.Batch);
        _events += part.Batch.Events.Count - before;
        if (facts.DoNotTrack)
        {
            for (var i = before; i < part.Batch.Events.Count; i++)
            {
                part.Batch.Events[i].Flags |= IncomingFlags.DoNotTrack;
            }
        }

        if (result == MatomoResult.Refused)
        {
            return false;
        }

        part.Tracked++;
        return true;
    }

    private Part PartOf(Project project)
    {
        foreach (var part in _parts)
        {
            if (part.Project.Id == project.Id)
            {
                return part;
            }
        }

        var added = new Part(project, facts.NewBatch(ReceivedBy.Matomo, time));
        _parts.Add(added);
        return added;
    }

    private TokenGrant? Grant(string? token)
    {
        if (token is null)
        {
            return null;
        }

        if (token != _lastToken)
        {
            _lastToken = token;
            _lastGrant = gate.FindToken(token);
        }

        return _lastGrant;
    }

    private static string? TokenOf(FormFields hit) => hit.Text("token_auth") is { Length: > 0 } token ? token : null;

    private sealed class Part(Project project, EventBatch batch)
    {
        public Project Project => project;

        public EventBatch Batch => batch;

        public int Tracked { get; set; }
    }
}
