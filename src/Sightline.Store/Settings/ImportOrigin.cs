namespace Sightline.Store.Settings;

/// <summary>Where an import came from. Written to disk: numbers never change meaning.</summary>
public enum ImportOrigin
{
    Upload = 1,
    CommandLine = 2,
}
