-- Ids of strings come from `strings`; 0 is the empty string. Times are Unix milliseconds UTC.

CREATE TABLE log_position(position BIGINT NOT NULL);
INSERT INTO log_position VALUES (0);

CREATE TABLE strings(
    id      UINTEGER NOT NULL,
    project UINTEGER NOT NULL,
    kind    UTINYINT NOT NULL,   -- StringKind
    hash    UBIGINT NOT NULL,    -- of project, kind and text: what a batch's unknown strings are looked up by
    text    VARCHAR NOT NULL
);

-- One row an event, in the order of storing, which is nearly that of time.
CREATE TABLE events(
    project    UINTEGER NOT NULL,
    time_ms    BIGINT NOT NULL,
    session    UINTEGER NOT NULL,  -- dense within the project; resolve through session_moves
    kind       UTINYINT NOT NULL,  -- EventKind
    name       UINTEGER NOT NULL,
    host       UINTEGER NOT NULL,
    path       UINTEGER NOT NULL,
    title      UINTEGER NOT NULL,
    props      VARCHAR,            -- one flat JSON object
    revenue_e4 BIGINT,             -- ten-thousandths of the currency's unit
    currency   UINTEGER NOT NULL,
    engaged_ms UINTEGER NOT NULL,
    scroll     UTINYINT NOT NULL   -- 0 to 100, 255 not known
);

-- One row a visit, changed in place while the visit goes on.
CREATE TABLE sessions(
    project      UINTEGER NOT NULL,
    id           UINTEGER NOT NULL,
    visitor      UBIGINT NOT NULL,
    person       UBIGINT NOT NULL,   -- 0: the visitor itself
    persistent   BOOLEAN NOT NULL,   -- the visitor can come back under the same id on another day
    "returning"  BOOLEAN NOT NULL,   -- the visitor has an earlier visit
    start_ms     BIGINT NOT NULL,
    end_ms       BIGINT NOT NULL,
    first_ms     BIGINT NOT NULL,    -- (time, tie) of the first event that is not an engagement report: the context below is its
    first_tie    UINTEGER NOT NULL,
    entry_ms     BIGINT NOT NULL,    -- (time, tie) of the first page view; 0 when none
    entry_tie    UINTEGER NOT NULL,
    exit_ms      BIGINT NOT NULL,    -- (time, tie) of the last page view; 0 when none
    exit_tie     UINTEGER NOT NULL,
    forced       BOOLEAN NOT NULL,   -- began because the sender asked for a new visit, not after silence
    page_views   UINTEGER NOT NULL,
    interactions UINTEGER NOT NULL,
    passives     UINTEGER NOT NULL,
    engaged_ms   UBIGINT NOT NULL,
    entry_page   UINTEGER NOT NULL,
    exit_page    UINTEGER NOT NULL,
    source       UINTEGER NOT NULL,
    referrer     UINTEGER NOT NULL,
    channel      UINTEGER NOT NULL,
    utm_source   UINTEGER NOT NULL,
    utm_medium   UINTEGER NOT NULL,
    utm_campaign UINTEGER NOT NULL,
    utm_term     UINTEGER NOT NULL,
    utm_content  UINTEGER NOT NULL,
    country      UINTEGER NOT NULL,
    region       UINTEGER NOT NULL,
    city         UINTEGER NOT NULL,
    "language"   UINTEGER NOT NULL,
    device       UINTEGER NOT NULL,
    browser      UINTEGER NOT NULL,
    browser_version UINTEGER NOT NULL,
    os           UINTEGER NOT NULL,
    os_version   UINTEGER NOT NULL,
    screen       UINTEGER NOT NULL
);

-- A late event can join two visits into one: events keep the id they were stored with, and are read through this.
CREATE TABLE session_moves(project UINTEGER NOT NULL, old_id UINTEGER NOT NULL, new_id UINTEGER NOT NULL);

-- Visitors known to be a person: applied when people are counted, so it works back in time.
CREATE TABLE identities(project UINTEGER NOT NULL, visitor UBIGINT NOT NULL, person UBIGINT NOT NULL);

-- Idempotency keys seen.
CREATE TABLE dedup_keys(project UINTEGER NOT NULL, key UBIGINT NOT NULL, time_ms BIGINT NOT NULL);

-- received = stored + sum of drops, per project, UTC day of receipt and protocol.
CREATE TABLE received(project UINTEGER NOT NULL, day DATE NOT NULL, received_by UTINYINT NOT NULL, received UBIGINT NOT NULL, stored UBIGINT NOT NULL);
CREATE TABLE drops(project UINTEGER NOT NULL, day DATE NOT NULL, received_by UTINYINT NOT NULL, reason USMALLINT NOT NULL, count UBIGINT NOT NULL);
-- At most 20 samples for each project, reason and day.
CREATE TABLE drop_samples(project UINTEGER NOT NULL, day DATE NOT NULL, received_by UTINYINT NOT NULL, reason USMALLINT NOT NULL, time_ms BIGINT NOT NULL, sample VARCHAR NOT NULL);

-- Files read by `import logs`: how far each is stored.
CREATE TABLE imports(
    project UINTEGER NOT NULL, fingerprint BLOB NOT NULL, prefix_length BIGINT NOT NULL, "offset" BIGINT NOT NULL, tail_hash BLOB NOT NULL,
    state BLOB NOT NULL, file_name VARCHAR NOT NULL, updated_ms BIGINT NOT NULL
);
