-- Where in the log an event came from: what is read again after a crash is not kept twice. Time and words are in it too, because a log that was lost begins anew.
ALTER TABLE graphite_events ADD COLUMN origin INTEGER;
CREATE UNIQUE INDEX graphite_events_by_origin ON graphite_events(project, origin, time, what) WHERE origin IS NOT NULL;
