using System.Globalization;
using System.Text;
using Sightline.ServerTests.Crash;

namespace Sightline.ServerTests.Backup;

/// <summary>Senders that each send one event after the other, the next only when the last was acknowledged: what is kept of each must be a prefix.</summary>
internal sealed class NumberedSenders(Uri address, string key, int senders)
{
    public const string UserAgent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

    private const long PerSender = 1_000_000;

    private readonly long[] _sent = new long[senders];
    private readonly long[] _acknowledged = new long[senders];

    public long[] Acknowledged() => [.. _acknowledged.Select((_, sender) => Volatile.Read(ref _acknowledged[sender]))];

    /// <summary>Until told to stop, or the server is gone.</summary>
    public Task RunAsync(CancellationToken stop) => Task.WhenAll(Enumerable.Range(0, senders).Select(sender => SendAsync(sender, stop)));

    /// <summary>What is wrong with the stored events; empty: of each sender exactly the first so many, at least those acknowledged by then.</summary>
    public IReadOnlyList<string> Audit(StoredEvents stored, long[] acknowledgedBefore)
    {
        var faults = new List<string>(stored.Unsound);
        for (var sender = 0; sender < senders; sender++)
        {
            var found = stored.Events.Where(e => e.Number / PerSender == sender + 1).Select(e => e.Number % PerSender).Order().ToList();
            if (!found.SequenceEqual(Enumerable.Range(1, found.Count).Select(number => (long)number)))
            {
                faults.Add($"of sender {sender} no prefix is stored: {found.Count} events up to {found.LastOrDefault()}");
            }

            if (found.Count < acknowledgedBefore[sender] || found.Count > _sent[sender])
            {
                faults.Add($"of sender {sender} {found.Count} events are stored; acknowledged before were {acknowledgedBefore[sender]}, sent {_sent[sender]}");
            }
        }

        return faults;
    }

    private async Task SendAsync(int sender, CancellationToken stop)
    {
        using var client = new HttpClient { BaseAddress = address, DefaultRequestHeaders = { { "User-Agent", UserAgent } } };
        while (!stop.IsCancellationRequested)
        {
            var number = Interlocked.Increment(ref _sent[sender]);
            var text = string.Create(CultureInfo.InvariantCulture,
                $$$"""{"key":"{{{key}}}","name":"pageview","url":"https://shop.example/p{{{number % 40}}}","visitor_id":"{{{sender}}}-{{{number / 20}}}","props":{"n":{{{((sender + 1) * PerSender) + number}}}}}""");
            try
            {
                using var answer = await client.PostAsync("/api/event", new StringContent(text, Encoding.UTF8), CancellationToken.None);
                if (!answer.IsSuccessStatusCode)
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                return;
            }

            Interlocked.Increment(ref _acknowledged[sender]);
        }
    }
}
