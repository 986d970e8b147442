namespace Sightline.Core.Queries.Graphite;

/// <summary>Why a request is not answered.</summary>
public enum GraphiteRefusal
{
    /// <summary>It asks for something that is not there, or not in words that can be read.</summary>
    Invalid,

    /// <summary>It takes more than one request may.</summary>
    TooLarge,

    /// <summary>What is stored cannot be read.</summary>
    Damaged,

    /// <summary>Too many others are asking; later it would be answered.</summary>
    Busy,
}
