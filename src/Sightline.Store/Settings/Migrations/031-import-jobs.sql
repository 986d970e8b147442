-- Imports of log files, for people to look at: what is imported how far, the store knows by itself.
CREATE TABLE import_jobs(
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    project    INTEGER NOT NULL REFERENCES projects(id) ON DELETE CASCADE,
    origin     INTEGER NOT NULL,          -- ImportOrigin
    state      INTEGER NOT NULL,          -- ImportState
    name       TEXT NOT NULL,             -- of the file
    options    TEXT NOT NULL,             -- how an upload is read
    actor      TEXT NOT NULL,
    size       INTEGER NOT NULL,          -- bytes; 0: not known
    position   INTEGER NOT NULL DEFAULT 0,
    records    INTEGER NOT NULL DEFAULT 0,
    stored     INTEGER NOT NULL DEFAULT 0,
    drops      TEXT NOT NULL DEFAULT '',  -- reason=count, with blanks between
    counted    TEXT NOT NULL DEFAULT '',  -- the project's counts before, in the same form, so that an import that goes on after a restart adds up
    fault      TEXT,
    created_ms INTEGER NOT NULL,
    started_ms INTEGER,
    ended_ms   INTEGER
) STRICT;
CREATE INDEX import_jobs_project ON import_jobs(project, id);
