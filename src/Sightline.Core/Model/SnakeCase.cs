using System.Text;

namespace Sightline.Core.Model;

/// <summary>The wire and screen form of enum names: <c>StaticFile</c> is <c>static_file</c>.</summary>
public static class SnakeCase
{
    public static string Of(string pascalCase)
    {
        var text = new StringBuilder(pascalCase.Length + 4);
        foreach (var c in pascalCase)
        {
            if (char.IsAsciiLetterUpper(c) && text.Length > 0)
            {
                text.Append('_');
            }

            text.Append(char.ToLowerInvariant(c));
        }

        return text.ToString();
    }
}
