namespace Sightline.Core.Model;

/// <summary>Place of an event among those of its visitor: its time, then a hash of its content, so that equal times have one order.</summary>
/// <param name="Ms">Unix milliseconds UTC; 0: there is no such event.</param>
/// <param name="Tie">See <see cref="Event.Tie"/>; of a page view's entry and exit: hash of the page, which the store can read back.</param>
public readonly record struct SessionPoint(long Ms, uint Tie) : IComparable<SessionPoint>
{
    public bool IsNone => Ms == 0;

    public int CompareTo(SessionPoint other) => Ms != other.Ms ? Ms.CompareTo(other.Ms) : Tie.CompareTo(other.Tie);

    public static bool operator <(SessionPoint left, SessionPoint right) => left.CompareTo(right) < 0;

    public static bool operator >(SessionPoint left, SessionPoint right) => left.CompareTo(right) > 0;

    public static bool operator <=(SessionPoint left, SessionPoint right) => left.CompareTo(right) <= 0;

    public static bool operator >=(SessionPoint left, SessionPoint right) => left.CompareTo(right) >= 0;
}
