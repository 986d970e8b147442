namespace Sightline.Server.Cli.Doctor;

/// <summary>How a thing is.</summary>
internal enum FindingState
{
    Ok,
    /// <summary>Works, and will not for ever or not under load.</summary>
    Warn,
    /// <summary>Does not work.</summary>
    Fail,
}

/// <summary>What was looked at, how it is, and what to do about it.</summary>
internal sealed record Finding(string Check, FindingState State, string Message)
{
    public static Finding Ok(string check, string message) => new(check, FindingState.Ok, message);

    public static Finding Warn(string check, string message) => new(check, FindingState.Warn, message);

    public static Finding Fail(string check, string message) => new(check, FindingState.Fail, message);
}
