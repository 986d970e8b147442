-- When the person of a session last proved who they are: before what matters they are asked again.
ALTER TABLE user_sessions ADD COLUMN proved_ms INTEGER NOT NULL DEFAULT 0;

-- How everybody signs in on this server. A rule that was never set has no row.
CREATE TABLE sign_in_rules(
    name  TEXT PRIMARY KEY,
    value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
