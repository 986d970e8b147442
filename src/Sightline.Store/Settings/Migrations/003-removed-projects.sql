-- Projects whose settings are gone and whose data the store still holds: only what stands here is ever deleted from the store, so that
-- lost or replaced settings never cost data.
CREATE TABLE removed_projects (
    id INTEGER PRIMARY KEY
) STRICT;
CREATE TRIGGER remember_removed_project AFTER DELETE ON projects
BEGIN
    INSERT OR IGNORE INTO removed_projects(id) VALUES (old.id);
END;
