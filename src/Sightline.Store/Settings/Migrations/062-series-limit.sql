ALTER TABLE projects ADD COLUMN max_series INTEGER NOT NULL DEFAULT 0; -- 0: the server's default
