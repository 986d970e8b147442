-- Series by name; with tags the name is "name;tag=value;tag=value", tags sorted.
CREATE TABLE series(
    id      UINTEGER NOT NULL,
    project UINTEGER NOT NULL,
    name    VARCHAR NOT NULL,
    step    UINTEGER NOT NULL  -- seconds between its points as the sender keeps them; 0: not known
);

-- Points in the order they came. Of a series and second the last one counts.
CREATE TABLE points(series UINTEGER NOT NULL, time UINTEGER NOT NULL, value DOUBLE NOT NULL);

-- Points moved out of `points` hour by hour, each time sorted by series and time. What is still in `points` came later.
CREATE TABLE sorted_points(series UINTEGER NOT NULL, time UINTEGER NOT NULL, value DOUBLE NOT NULL);
