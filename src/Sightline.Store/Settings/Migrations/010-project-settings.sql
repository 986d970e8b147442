-- Lists gain kinds: 4 excluded host, 5 excluded query parameter, 6 allowed bot, 7 origin that may embed the chart.
ALTER TABLE projects ADD COLUMN week_start INTEGER NOT NULL DEFAULT 1;          -- as System.DayOfWeek: 0 Sunday, 1 Monday, 6 Saturday
ALTER TABLE projects ADD COLUMN privacy INTEGER NOT NULL DEFAULT 3;             -- PrivacyMode; what projects did before there was a choice
ALTER TABLE projects ADD COLUMN honours_dnt INTEGER NOT NULL DEFAULT 0;
ALTER TABLE projects ADD COLUMN allows_bots INTEGER NOT NULL DEFAULT 0;
ALTER TABLE projects ADD COLUMN events_per_day INTEGER NOT NULL DEFAULT 0;
ALTER TABLE projects ADD COLUMN events_per_month INTEGER NOT NULL DEFAULT 0;
ALTER TABLE projects ADD COLUMN is_public INTEGER NOT NULL DEFAULT 0;
ALTER TABLE projects ADD COLUMN is_indexed INTEGER NOT NULL DEFAULT 0;
ALTER TABLE projects ADD COLUMN has_badge INTEGER NOT NULL DEFAULT 0;

-- Public keys from before a rotation, taken until somebody removes them. A key names one project for ever.
CREATE TABLE retired_keys(
    key        TEXT PRIMARY KEY,
    project    INTEGER NOT NULL REFERENCES projects(id) ON DELETE CASCADE,
    retired_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX retired_keys_project ON retired_keys(project);
