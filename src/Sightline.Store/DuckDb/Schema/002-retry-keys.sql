-- Keys that tell one sending of an event from another: looked up near the event's time only, and forgotten after a day.
CREATE TABLE retry_keys(project UINTEGER NOT NULL, key UBIGINT NOT NULL, time_ms BIGINT NOT NULL);
