namespace Sightline.Core.Model;

/// <summary>Lengths in characters after which a field is cut, or refused where cutting would change what it means.</summary>
public static class EventLimits
{
    public const int Name = 255;
    public const int Url = 8192;
    public const int Referrer = 2048;
    public const int Title = 1024;
    public const int Id = 255;
    public const int UserAgent = 1024;
    public const int PropKey = 255;
    public const int PropValue = 2048;
    public const int Props = 64;
    public const int PropsBytes = 16 * 1024;
    public const int EventsPerBatch = 20_000;

    /// <summary>
    /// Begins an idempotency key made by a program for the case that the answer is lost: such an event comes again soon or not at all, so
    /// its key need not be kept as long as the events. The tracker gives one to every event.
    /// </summary>
    public const char RetryKeyPrefix = '~';
}
