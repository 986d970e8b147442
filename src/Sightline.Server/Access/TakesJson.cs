namespace Sightline.Server.Access;

/// <summary>On a route outside /api/ that programs with a token send JSON to, as another program's protocol has it.</summary>
internal sealed class TakesJson;
