using Sightline.Store.Settings;

namespace Sightline.Server.Access;

/// <summary>Who makes a request: a signed-in person, a token, this machine when that is allowed, or nobody known.</summary>
internal sealed class Caller
{
    public static readonly Caller Nobody = new();

    /// <summary>A browser on this machine under <c>--local-access</c>: as an admin of every project, but for members and tokens.</summary>
    public static readonly Caller Local = new() { _kind = Kind.Local };

    /// <summary>The control socket: who may open it owns the data directory.</summary>
    public static readonly Caller Control = new() { _kind = Kind.Control };

    private Kind _kind;

    private enum Kind
    {
        Nobody,
        Local,
        Control,
        Person,
        Token,
    }

    /// <summary>The signed-in person.</summary>
    public User? User { get; private init; }

    /// <summary>The person's session.</summary>
    public UserSession? Session { get; private init; }

    public TokenGrant? Token { get; private init; }

    public bool IsKnown => _kind != Kind.Nobody;

    /// <summary>As the activity log names it.</summary>
    public string Name => User?.Email ?? (Token is { } token ? $"token {token.TokenId} ({token.Name})" : _kind switch { Kind.Control => "command line", Kind.Local => "this machine", _ => "nobody" });

    public static Caller Of(User user, UserSession session) => new() { _kind = Kind.Person, User = user, Session = session };

    public static Caller Of(TokenGrant token) => new() { _kind = Kind.Token, Token = token };

    /// <summary>Who makes this request; set by <see cref="AccessGate"/> on every route that asks for it.</summary>
    public static Caller Of(HttpContext context) => context.Features.Get<Caller>() ?? Nobody;

    /// <summary>Has the right in <paramref name="project"/>.</summary>
    public bool Can(Right right, uint project) => _kind switch
    {
        Kind.Control => true,
        Kind.Local => right is Right.SeeNumbers or Right.EditReports or Right.ChangeProject,
        Kind.Person => User!.RoleIn(project) >= Rights.LeastRole(right),
        Kind.Token => Rights.IsOfServer(right) ? CanAnywhere(right) : Token!.Allows(Rights.Scope(right), project),
        _ => false,
    };

    /// <summary>Has the right in at least one project; one that is of the server: has it.</summary>
    public bool CanAnywhere(Right right) => _kind switch
    {
        Kind.Control => true,
        Kind.Local => right is Right.SeeNumbers or Right.EditReports or Right.ChangeProject,
        // Somebody without any project yet may open the empty list.
        Kind.Person => User!.IsOwner || right == Right.SeeNumbers || (!Rights.IsOfServer(right) && User.Roles.Values.Any(role => role >= Rights.LeastRole(right))),
        Kind.Token => Token!.AllowsAnywhere(Rights.Scope(right)) && (!Rights.IsOfServer(right) || Token.Project is null),
        _ => false,
    };

    /// <summary>The project exists for the caller.</summary>
    public bool Sees(uint project) => Can(Right.SeeNumbers, project) || (_kind == Kind.Token && (Token!.Project is null || Token.Project == project));
}
