using System.Buffers.Binary;
using System.Net.Sockets;
using System.Security.Cryptography;
using Sightline.Core.Model;
using Sightline.Store.Settings;

namespace Sightline.Server.Write.Enrich;

/// <summary>
/// Who it is: the person a user id names, else the browser a first-party id names, else a hash of address and User-Agent under a
/// salt that lives for one day of the project and is then destroyed. What is kept is 64 bits that lead back to none of these.
/// </summary>
internal sealed class VisitorStep(VisitorSalts salts) : IEnrichStep
{
    private readonly byte[] _secret = salts.InstallSecret;
    private readonly HashInput _input = new();

    public string Name => "visitor";

    public DropReason? Apply(EnrichItem item)
    {
        var userId = item.Project.Privacy >= PrivacyMode.UserIds ? VisitorIds.Clean(item.In.UserId) : "";
        var visitorId = item.Project.Privacy >= PrivacyMode.FirstParty ? VisitorIds.Clean(item.In.VisitorId) : "";
        var byVisitorId = visitorId.Length == 0 ? 0 : VisitorIds.Visitor(_input, _secret, item.Project.Id, visitorId);
        if (userId.Length > 0)
        {
            item.Visitor = item.Person = VisitorIds.Person(_input, _secret, item.Project.Id, userId);
            item.AlsoVisitor = byVisitorId;
            item.Persistent = true;
        }
        else if (visitorId.Length > 0)
        {
            item.Visitor = byVisitorId;
            item.Persistent = true;
        }
        else
        {
            item.Visitor = Cookieless(item);
        }

        return null;
    }

    private ulong Cookieless(EnrichItem item)
    {
        Span<byte> salt = stackalloc byte[VisitorSalts.SaltSize];
        salts.Read(item.Project.Id, item.View.DayOf(item.TimeMs), salt);
        var site = item.Page.Host.Length == 0 ? item.View.Site : SiteDomain.Of(item.Page.Host);
        _input.Begin().Add(item.Project.Id);
        AddAddress(item.Address);
        var hash = _input.Add(item.UserAgent).Add(site).Hash(salt);
        _input.Wipe();
        CryptographicOperations.ZeroMemory(salt);
        return hash;
    }

    private void AddAddress(VisitorAddress address)
    {
        if (address.Ip is null)
        {
            _input.Add(address.Text);
            return;
        }

        // A device changes the lower half of its IPv6 address at will, within the day too; the upper half is its network.
        var bits = address.Ip.AddressFamily == AddressFamily.InterNetworkV6 ? address.Bits >> 64 << 64 : address.Bits;
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, bits);
        _input.Add(bytes);
        bytes.Clear();
    }
}
