using Sightline.Core.Model;

namespace Sightline.Server.Features.Sharing;

/// <summary>
/// What everybody was shown of public projects within the last minute, so that a page which many load is made once. A change of the
/// project's settings, its goals aside, shows at once.
/// </summary>
internal sealed class SharedAnswers(ServeOptions options, SharedThrottle throttle, TimeProvider time)
{
    private const int LongestAddress = 1000;
    private const int MostBytesEach = 1 << 20;
    private const long MostBytes = 32 << 20;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Kept> _kept = [];
    private long _bytes;

    /// <summary>Behind the door, before what makes the answer: gives out again what is kept, and counts the others.</summary>
    public static ValueTask<object?> CheckAsync(EndpointFilterInvocationContext call, EndpointFilterDelegate next) =>
        call.HttpContext.RequestServices.GetRequiredService<SharedAnswers>().AnswerAsync(call, next);

    /// <summary>An answer that is still good for this project as it is set up now.</summary>
    public SharedAnswer? Find(string address, Project project)
    {
        lock (_lock)
        {
            return _kept.TryGetValue(address, out var kept) && ReferenceEquals(kept.Project, project) && time.GetElapsedTime(kept.MadeAt) < options.SharedAnswersGoodFor ? kept.Answer : null;
        }
    }

    public void Keep(string address, Project project, SharedAnswer answer)
    {
        if (options.SharedAnswersGoodFor <= TimeSpan.Zero || address.Length > LongestAddress || answer.Body.Length > MostBytesEach)
        {
            return;
        }

        lock (_lock)
        {
            Remove(address);
            if (_bytes + answer.Body.Length > MostBytes)
            {
                foreach (var old in _kept.Where(entry => time.GetElapsedTime(entry.Value.MadeAt) >= options.SharedAnswersGoodFor).Select(entry => entry.Key).ToList())
                {
                    Remove(old);
                }
            }

            // Still full: somebody asks for everything once, and keeping it helps nobody.
            if (_bytes + answer.Body.Length <= MostBytes)
            {
                _kept[address] = new Kept(project, answer, time.GetTimestamp());
                _bytes += answer.Body.Length;
            }
        }
    }

    private async ValueTask<object?> AnswerAsync(EndpointFilterInvocationContext call, EndpointFilterDelegate next)
    {
        var context = call.HttpContext;
        var project = SharedView.Of(context).Project;
        var address = context.Request.Path + context.Request.QueryString.ToUriComponent();
        if (Find(address, project) is { } kept)
        {
            return kept;
        }

        if (throttle.Refuse(context) is { } refusal)
        {
            return refusal;
        }

        var answer = await next(call);
        return answer is CachedPage page ? page with { Made = made => Keep(address, project, made) } : answer;
    }

    private void Remove(string address)
    {
        if (_kept.Remove(address, out var kept))
        {
            _bytes -= kept.Answer.Body.Length;
        }
    }

    private sealed record Kept(Project Project, SharedAnswer Answer, long MadeAt);
}
