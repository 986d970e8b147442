-- Carbon's rewrite-rules.conf and aggregation-rules.conf, as they were typed.
ALTER TABLE storage_rules ADD COLUMN rewrites TEXT NOT NULL DEFAULT '';
ALTER TABLE storage_rules ADD COLUMN aggregates TEXT NOT NULL DEFAULT '';
