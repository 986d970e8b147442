-- What cookieless visitors of a project's day are hashed with. A row is deleted 48 hours after it was made (secure_delete), and with
-- it every way back from a visitor to an address.
CREATE TABLE visitor_salts(
    project    INTEGER NOT NULL,
    day        INTEGER NOT NULL,   -- days since 0001-01-01, in the project's time zone
    salt       BLOB NOT NULL,
    created_ms INTEGER NOT NULL,
    PRIMARY KEY (project, day)
) WITHOUT ROWID;

-- Made once for an installation and kept: 'visitors' is the key that user ids and first-party ids are hashed with.
CREATE TABLE install_secrets(name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
