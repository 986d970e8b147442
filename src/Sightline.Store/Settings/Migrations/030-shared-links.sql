-- Links that show one project's dashboard to whoever has them. The word in the address is kept as it is, so that it can be shown and copied again.
CREATE TABLE shared_links(
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    project       INTEGER NOT NULL REFERENCES projects(id) ON DELETE CASCADE,
    name          TEXT NOT NULL,
    word          TEXT NOT NULL UNIQUE,
    password_hash TEXT,
    filters       TEXT NOT NULL,      -- the address of a view, of which the filters hold for all that the link shows
    segment       INTEGER,
    created_by    TEXT NOT NULL,
    created_ms    INTEGER NOT NULL,
    ends_ms       INTEGER
) STRICT;
CREATE INDEX shared_links_project ON shared_links(project);

-- Notes that are not shown to whoever has no account.
ALTER TABLE notes ADD COLUMN is_private INTEGER NOT NULL DEFAULT 0;
