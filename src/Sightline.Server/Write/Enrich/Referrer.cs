namespace Sightline.Server.Write.Enrich;

/// <summary>A referrer in the parts that matter.</summary>
/// <param name="Host">Lower case, without <c>www.</c>; an app's package name for <c>android-app://</c>.</param>
/// <param name="Text">Host and path, as stored: a referrer's query may hold secrets.</param>
/// <param name="Entry">What is known of the host.</param>
/// <param name="Keyword">What was searched for, where the search engine says so.</param>
/// <param name="IsSpam">The host is on the list of referrer spam.</param>
internal sealed record Referrer(string Host, string Text, SourceEntry? Entry, string Keyword, bool IsSpam);
