-- How single series are kept, where that was said of the series itself (an imported whisper file); others follow their project's rules.
-- A series' coarser archives are rows of `series` too, named by its name, the character 31 and the step.
CREATE TABLE series_keeping(
    series  UINTEGER NOT NULL,
    keeping VARCHAR NOT NULL,  -- step:points,step:points method xFilesFactor
    source  UBIGINT NOT NULL   -- what it was imported from; 0: nothing
);
