namespace Sightline.Server.Cli;

/// <summary>What every verb ends with.</summary>
internal static class ExitCode
{
    public const int Done = 0;

    /// <summary>The thing asked for did not work, or something is wrong.</summary>
    public const int Failed = 1;

    /// <summary>It was asked for wrongly: the command line has to change.</summary>
    public const int WrongUsage = 2;
}
