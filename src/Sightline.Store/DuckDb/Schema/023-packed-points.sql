-- Points of one series and UTC day that were packed together. Of a second that several have, the one that was written last counts; `points`, which are not packed yet, come after all of them.
CREATE TABLE packed_points(
    series UINTEGER NOT NULL,
    first  UINTEGER NOT NULL,  -- second of its first point
    last   UINTEGER NOT NULL,  -- and of its last
    count  UINTEGER NOT NULL,
    data   BLOB NOT NULL USING COMPRESSION uncompressed  -- as PackedPoints writes it; compressing it again gains nothing and costs at each reading
);

-- What was sorted before is packed by the next runs: in front of the others, as it was.
CREATE TABLE arrived(series UINTEGER NOT NULL, time UINTEGER NOT NULL, value DOUBLE NOT NULL);
INSERT INTO arrived SELECT series, time, value FROM sorted_points;
INSERT INTO arrived SELECT series, time, value FROM points;
DROP TABLE sorted_points;
DROP TABLE points;
ALTER TABLE arrived RENAME TO points;
