namespace Sightline.Store;

/// <summary>The data directory cannot be used as it is: written by a newer version, or inconsistent. The message says what to do.</summary>
public sealed class StoreFormatException : Exception
{
    public StoreFormatException(string message) : base(message)
    {
    }

    public StoreFormatException() : base("The store cannot be used.")
    {
    }

    public StoreFormatException(string message, Exception inner) : base(message, inner)
    {
    }
}
