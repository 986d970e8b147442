-- Events of past months rest in files of their own, one a month: events-2026-09.g2.duckdb holds table `events`. What is named here
-- counts; a file that is not named is left over and is deleted at start.
CREATE TABLE settled_months(
    month      INTEGER NOT NULL,  -- 202609, UTC
    generation INTEGER NOT NULL,  -- of the file: a month that is written anew gets the next
    row_count  BIGINT NOT NULL,
    settled_ms BIGINT NOT NULL
);

-- Visits cut in two after their events were settled: such files are read through these, the greatest number first, until they are
-- written anew. The month is that of the file.
CREATE TABLE session_cuts(
    month   INTEGER NOT NULL,
    number  BIGINT NOT NULL,   -- grows with each cut of the month
    project UINTEGER NOT NULL,
    session UINTEGER NOT NULL, -- as the file has it
    from_ms BIGINT NOT NULL,
    to_ms   BIGINT NOT NULL,   -- inclusive
    new_id  UINTEGER NOT NULL
);
