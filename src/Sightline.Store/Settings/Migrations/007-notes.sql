-- What happened, on the time line of every graph of a project.
CREATE TABLE notes(
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    project    INTEGER NOT NULL REFERENCES projects(id) ON DELETE CASCADE,
    time_ms    INTEGER NOT NULL,
    text       TEXT NOT NULL,
    created_ms INTEGER NOT NULL
);
CREATE INDEX notes_by_time ON notes(project, time_ms);
