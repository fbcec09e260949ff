-- Examinations that readers prescribed. `prescription` and `state` are JSON as the domain has them; `open` is 1 while
-- something is still to be done. `step_id` and `study_uid` are what the modality worklist gives the scanner.
CREATE TABLE protocols (
    id            TEXT PRIMARY KEY,
    case_id       TEXT NOT NULL REFERENCES cases (id),
    site_id       TEXT NOT NULL,
    modality      TEXT NOT NULL,
    prescription  TEXT NOT NULL,
    prescribed_by TEXT NOT NULL REFERENCES users (id),
    prescribed_at BIGINT NOT NULL,
    state         TEXT NOT NULL,
    open          BIGINT NOT NULL,
    imaged_by     TEXT,
    imaged_at     BIGINT,
    step_id       TEXT NOT NULL UNIQUE,
    study_uid     TEXT NOT NULL UNIQUE
);
CREATE INDEX protocols_by_case ON protocols (case_id, prescribed_at);
CREATE INDEX protocols_by_site ON protocols (site_id, open, prescribed_at);
