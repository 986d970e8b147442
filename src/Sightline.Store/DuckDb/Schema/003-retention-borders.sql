-- Events before this time were removed for their age. Only ever grows. A visit that began earlier may have lost events that its row still counts.
CREATE TABLE retention_borders(project UINTEGER NOT NULL, before_ms BIGINT NOT NULL);

-- What was removed before there was this table: each whole visit begins no earlier than the first event that is left.
INSERT INTO retention_borders SELECT project, min(time_ms) FROM events GROUP BY project;
