namespace Sightline.Server.Access;

/// <summary>Puts the <see cref="AccessGate"/> in front of every route.</summary>
internal static class AccessServices
{
    public static void UseAccess(this WebApplication app)
    {
        var gate = app.Services.GetRequiredService<AccessGate>();
        app.Use(next => context => gate.InvokeAsync(context, next));
    }
}
