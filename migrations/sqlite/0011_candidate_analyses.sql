-- What models that are only being tried say of each series: kept apart, so that nothing which orders or shows cases
-- can meet it.
CREATE TABLE candidate_analyses (
    series_uid  TEXT NOT NULL REFERENCES series (series_uid),
    task        TEXT NOT NULL,
    model_name  TEXT NOT NULL,
    finding     TEXT NOT NULL,
    result      TEXT NOT NULL,
    updated_at  BIGINT NOT NULL,
    PRIMARY KEY (series_uid, task, model_name)
);
