-- Views of a project's pages under a name: the part of the address after the question mark.
CREATE TABLE saved_views(
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    project    INTEGER NOT NULL REFERENCES projects(id) ON DELETE CASCADE,
    name       TEXT NOT NULL,
    query      TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    UNIQUE (project, name)
);
