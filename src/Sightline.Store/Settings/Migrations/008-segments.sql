-- Filters of a project under a name: ["segment", ID] in a query stands for the filter.
CREATE TABLE segments(
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    project    INTEGER NOT NULL REFERENCES projects(id) ON DELETE CASCADE,
    name       TEXT NOT NULL,
    filter     TEXT NOT NULL,   -- JSON, as the query parser reads it
    owner      INTEGER,         -- whose own it is; NULL: everybody's
    changed_ms INTEGER NOT NULL
);
CREATE UNIQUE INDEX segments_by_name ON segments(project, coalesce(owner, 0), name);
