-- What the finer points of a coarser value were, kept when they went: any other way of putting them together can still be asked for. Of a series and time there may be
-- several rows, of different points.
CREATE TABLE rollups(
    series UINTEGER NOT NULL,  -- the coarser archive, a row of `series`
    time   UINTEGER NOT NULL,
    value  DOUBLE NOT NULL,    -- the coarser value that was made of them; NaN: they were too few
    count  UINTEGER NOT NULL,
    least  DOUBLE NOT NULL,
    most   DOUBLE NOT NULL,
    total  DOUBLE NOT NULL,
    first  DOUBLE NOT NULL,
    last   DOUBLE NOT NULL,
    sketch BLOB NOT NULL       -- as ValueSketch writes it
);
