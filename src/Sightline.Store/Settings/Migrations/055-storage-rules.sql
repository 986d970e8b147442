-- How a project's metrics are kept: carbon's two files, as they were typed.
CREATE TABLE storage_rules(
    project     INTEGER PRIMARY KEY REFERENCES projects(id) ON DELETE CASCADE,
    schemas     TEXT NOT NULL,
    aggregation TEXT NOT NULL
);
