namespace Sightline.Store.Settings;

/// <summary>A browser in which a person is signed in.</summary>
/// <param name="Id">For lists and to end it by; worth nothing as a secret.</param>
/// <param name="CreatedMs">Sign-in, Unix milliseconds UTC.</param>
/// <param name="SeenMs">Last request, to the minute.</param>
/// <param name="ProvedMs">When the person last proved who they are in it, Unix milliseconds UTC.</param>
/// <param name="EndsMs">Over then, however often it was seen.</param>
/// <param name="Address">Network the sign-in came from, cut short.</param>
/// <param name="Browser">What the browser called itself at sign-in: hostile text.</param>
public sealed record UserSession(uint Id, long CreatedMs, long SeenMs, long ProvedMs, long EndsMs, string Address, string Browser);
