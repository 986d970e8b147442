-- Dashboards of projects; what they show is a document of their own format.
CREATE TABLE dashboards(
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    project    INTEGER NOT NULL REFERENCES projects(id) ON DELETE CASCADE,
    name       TEXT NOT NULL,
    document   TEXT NOT NULL,
    changed_ms INTEGER NOT NULL
);
CREATE INDEX dashboards_of_project ON dashboards(project);
