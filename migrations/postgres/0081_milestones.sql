-- Moments of a case as people entered them, corrections included: the last of a kind counts, one without a moment takes
-- the earlier ones back. What the program knows itself is not kept twice.
CREATE TABLE milestones (
    id          TEXT PRIMARY KEY,
    case_id     TEXT NOT NULL REFERENCES cases (id),
    kind        TEXT NOT NULL,
    at          BIGINT,
    reason      TEXT NOT NULL,
    recorded_by TEXT NOT NULL REFERENCES users (id),
    recorded_at BIGINT NOT NULL
);
CREATE INDEX milestones_by_case ON milestones (case_id, recorded_at);
