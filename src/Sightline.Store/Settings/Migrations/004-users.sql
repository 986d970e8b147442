-- People. email_key is the normalised address: what must be unique and what sign-in looks for.
CREATE TABLE users(
    id                   INTEGER PRIMARY KEY AUTOINCREMENT,
    email                TEXT NOT NULL,
    email_key            TEXT NOT NULL UNIQUE,
    name                 TEXT NOT NULL,
    is_owner             INTEGER NOT NULL,
    password_hash        TEXT,                        -- NULL: signs in with a passkey only
    must_change_password INTEGER NOT NULL,
    security_stamp       TEXT NOT NULL,               -- changes with each secret; a session made under another stamp is over
    totp_secret          BLOB,                        -- NULL: no authenticator app
    totp_step            INTEGER NOT NULL DEFAULT 0,  -- time step of the last code taken: no code counts twice
    created_ms           INTEGER NOT NULL,
    last_sign_in_ms      INTEGER
) STRICT;

-- Role of a person in a project: 1 viewer, 2 editor, 3 admin. Owners need none.
CREATE TABLE user_roles(
    user    INTEGER NOT NULL REFERENCES users(id) ON DELETE CASCADE,
    project INTEGER NOT NULL REFERENCES projects(id) ON DELETE CASCADE,
    role    INTEGER NOT NULL,
    PRIMARY KEY (user, project)
) STRICT, WITHOUT ROWID;

CREATE TABLE user_sessions(
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    hash       BLOB NOT NULL UNIQUE,    -- SHA-256 of what the cookie holds
    user       INTEGER NOT NULL REFERENCES users(id) ON DELETE CASCADE,
    stamp      TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    seen_ms    INTEGER NOT NULL,
    idle_ms    INTEGER NOT NULL,        -- over when not seen for so long
    ends_ms    INTEGER NOT NULL,        -- over then, however often it was seen
    address    TEXT NOT NULL,           -- cut short, so that it names a network and not a person
    browser    TEXT NOT NULL
) STRICT;
CREATE INDEX user_sessions_user ON user_sessions(user);

CREATE TABLE user_recovery_codes(
    user INTEGER NOT NULL REFERENCES users(id) ON DELETE CASCADE,
    hash BLOB NOT NULL,
    PRIMARY KEY (user, hash)
) STRICT, WITHOUT ROWID;

CREATE TABLE user_passkeys(
    credential         BLOB PRIMARY KEY,
    user               INTEGER NOT NULL REFERENCES users(id) ON DELETE CASCADE,
    name               TEXT NOT NULL,
    public_key         BLOB NOT NULL,
    sign_count         INTEGER NOT NULL,
    transports         TEXT NOT NULL,
    is_user_verified   INTEGER NOT NULL,
    is_backup_eligible INTEGER NOT NULL,
    is_backed_up       INTEGER NOT NULL,
    attestation        BLOB NOT NULL,
    client_data        BLOB NOT NULL,
    created_ms         INTEGER NOT NULL,
    last_used_ms       INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX user_passkeys_user ON user_passkeys(user);

-- A link that makes one account; gone once used.
CREATE TABLE invitations(
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    hash       BLOB NOT NULL UNIQUE,
    email      TEXT NOT NULL,
    is_owner   INTEGER NOT NULL,
    project    INTEGER REFERENCES projects(id) ON DELETE CASCADE,
    role       INTEGER,
    invited_by TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    ends_ms    INTEGER NOT NULL
) STRICT;

-- Who did what, when. It names people and projects as they were called then: it outlives them.
CREATE TABLE activity(
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    time_ms INTEGER NOT NULL,
    actor   TEXT NOT NULL,
    action  TEXT NOT NULL,
    subject TEXT NOT NULL,
    project INTEGER,
    address TEXT NOT NULL
) STRICT;
CREATE INDEX activity_project ON activity(project, id);
