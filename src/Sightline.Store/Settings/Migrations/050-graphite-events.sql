-- What Graphite's /events/ took: deploys and the like, with tags.
CREATE TABLE graphite_events(
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    project INTEGER NOT NULL REFERENCES projects(id) ON DELETE CASCADE,
    time    INTEGER NOT NULL,
    what    TEXT NOT NULL,
    data    TEXT NOT NULL,
    tags    TEXT NOT NULL
);
CREATE INDEX graphite_events_by_time ON graphite_events(project, time);
