-- Rules that give the names of a project's metrics tags, one a line.
CREATE TABLE metric_rules(
    project INTEGER PRIMARY KEY REFERENCES projects(id) ON DELETE CASCADE,
    text    TEXT NOT NULL
);
