-- A clinical scale, or the thrombolysis checklist, as one person recorded it at one moment. Nothing is overwritten.
CREATE TABLE scores (
    id          TEXT PRIMARY KEY,
    case_id     TEXT NOT NULL REFERENCES cases (id),
    assessment  TEXT NOT NULL,
    way         TEXT NOT NULL,
    scored_by   TEXT NOT NULL REFERENCES users (id),
    scored_at   BIGINT NOT NULL,
    -- The same key again is the same record: a phone repeats what it does not know to have arrived.
    request_key TEXT UNIQUE
);
CREATE INDEX scores_by_case ON scores (case_id, scored_at);
