-- Ids are never used twice: the events of a removed project must not turn up in a new one.
CREATE TABLE projects(
    id                 INTEGER PRIMARY KEY AUTOINCREMENT,
    name               TEXT NOT NULL,
    public_key         TEXT NOT NULL UNIQUE,
    ga4_measurement_id TEXT NOT NULL UNIQUE,   -- fixed at birth, so that a site can be configured ahead and never again
    sentry_key         TEXT NOT NULL UNIQUE,
    time_zone          TEXT NOT NULL,
    currency           TEXT NOT NULL,
    retention_days     INTEGER NOT NULL,
    events_per_second  INTEGER NOT NULL,
    next_goal          INTEGER NOT NULL DEFAULT 1,
    created_ms         INTEGER NOT NULL
);

-- Lists of words of a project, each in its own order. kind: 1 domain, 2 excluded address, 3 excluded path.
CREATE TABLE project_lists(
    project  INTEGER NOT NULL REFERENCES projects(id) ON DELETE CASCADE,
    kind     INTEGER NOT NULL,
    position INTEGER NOT NULL,
    value    TEXT NOT NULL,
    PRIMARY KEY (project, kind, position)
) WITHOUT ROWID;

CREATE TABLE goals(
    project      INTEGER NOT NULL REFERENCES projects(id) ON DELETE CASCADE,
    id           INTEGER NOT NULL,
    name         TEXT NOT NULL,
    event_name   TEXT,
    path_pattern TEXT,
    PRIMARY KEY (project, id),
    CHECK ((event_name IS NULL) <> (path_pattern IS NULL))
) WITHOUT ROWID;

CREATE TABLE tokens(
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    name         TEXT NOT NULL,
    hash         BLOB NOT NULL UNIQUE,          -- SHA-256 of the token; the token itself is shown once and kept nowhere
    scopes       INTEGER NOT NULL,              -- TokenScopes
    project      INTEGER REFERENCES projects(id) ON DELETE CASCADE,   -- NULL: every project
    created_ms   INTEGER NOT NULL,
    last_used_ms INTEGER
);
