namespace Sightline.Core.Model;

/// <summary>What an <see cref="EventBatch"/> says of its request, without the events.</summary>
public readonly record struct RequestHead(ReceivedBy ReceivedBy, long ReceivedMs, string? ClientIp, string? UserAgent, string? Language);
