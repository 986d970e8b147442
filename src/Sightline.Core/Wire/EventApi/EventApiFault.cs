namespace Sightline.Core.Wire.EventApi;

/// <summary>Why a whole body was refused: nothing of it was taken.</summary>
public enum EventApiFault
{
    None = 0,
    /// <summary>Not well-formed JSON, cut short, nested too deep, or followed by something else.</summary>
    NotJson,
    /// <summary>JSON, but neither an object nor an array of at least one event.</summary>
    NotEvents,
    /// <summary>More than <see cref="EventApiParser.MaxEvents"/> events.</summary>
    TooManyEvents,
}
