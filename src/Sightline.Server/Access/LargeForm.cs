namespace Sightline.Server.Access;

/// <summary>The route takes a form with a file: so many bytes, and the form's token in its address (<c>?form=</c>).</summary>
internal sealed record LargeForm(long MostBytes);
