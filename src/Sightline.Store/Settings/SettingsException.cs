namespace Sightline.Store.Settings;

/// <summary>A change of settings that cannot be made, or settings that cannot be opened. The message is for the person who asked.</summary>
public class SettingsException : Exception
{
    public SettingsException(string message)
        : base(message)
    {
    }

    public SettingsException(string message, Exception inner)
        : base(message, inner)
    {
    }

    public SettingsException()
    {
    }
}
