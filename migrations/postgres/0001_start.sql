-- The same tables as migrations/sqlite/0001_start.sql. Times are microseconds since the Unix epoch (UTC),
-- booleans 0 or 1, identifiers text, structured values JSON text: the subset that both databases speak.

CREATE TABLE users (
    id            TEXT PRIMARY KEY,
    username      TEXT NOT NULL UNIQUE,
    display_name  TEXT NOT NULL,
    role          TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    disabled      BIGINT NOT NULL DEFAULT 0,
    created_at    BIGINT NOT NULL
);

CREATE TABLE user_sites (
    user_id TEXT NOT NULL REFERENCES users (id),
    site_id TEXT NOT NULL,
    PRIMARY KEY (user_id, site_id)
);

-- The token itself is never kept: `id` is its SHA-256.
CREATE TABLE sessions (
    id           TEXT PRIMARY KEY,
    user_id      TEXT NOT NULL REFERENCES users (id),
    kind         TEXT NOT NULL,
    csrf_token   TEXT,
    created_at   BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    expires_at   BIGINT
);
CREATE INDEX sessions_by_user ON sessions (user_id);

CREATE TABLE login_failures (
    subject  TEXT PRIMARY KEY,
    failures BIGINT NOT NULL,
    last_at  BIGINT NOT NULL
);

CREATE TABLE cases (
    id               TEXT PRIMARY KEY,
    site_id          TEXT NOT NULL,
    patient_id       TEXT NOT NULL,
    family_name      TEXT NOT NULL,
    given_name       TEXT NOT NULL,
    birth_date       TEXT,
    sex              TEXT NOT NULL,
    accession        TEXT,
    picture          TEXT NOT NULL,
    door_at          BIGINT,
    alert_at         BIGINT,
    alert_by         TEXT,
    first_image_at   BIGINT,
    clock_started_at BIGINT NOT NULL,
    clock_started_by TEXT NOT NULL,
    claim_reader     TEXT,
    claim_since      BIGINT,
    claim_until      BIGINT,
    decision         TEXT,
    decided_by       TEXT,
    decided_at       BIGINT,
    idempotency_key  TEXT UNIQUE,
    opened_at        BIGINT NOT NULL
);
CREATE INDEX cases_by_patient ON cases (site_id, patient_id);
CREATE INDEX cases_by_decided ON cases (decided_at);

CREATE TABLE studies (
    study_uid    TEXT PRIMARY KEY,
    site_id      TEXT NOT NULL,
    case_id      TEXT REFERENCES cases (id),
    patient_id   TEXT,
    patient_name TEXT,
    birth_date   TEXT,
    sex          TEXT,
    accession    TEXT,
    study_id     TEXT,
    study_date   TEXT,
    study_time   TEXT,
    description  TEXT,
    referring    TEXT,
    received_at  BIGINT NOT NULL,
    updated_at   BIGINT NOT NULL
);
CREATE INDEX studies_by_case ON studies (case_id);
CREATE INDEX studies_by_patient ON studies (patient_id);

CREATE TABLE series (
    series_uid     TEXT PRIMARY KEY,
    study_uid      TEXT NOT NULL REFERENCES studies (study_uid),
    modality       TEXT NOT NULL,
    kind           TEXT,
    series_number  BIGINT,
    description    TEXT,
    body_part      TEXT,
    received_at    BIGINT NOT NULL,
    -- Distinct instances received; judged complete at `complete_at`, which a later instance clears.
    instance_count BIGINT NOT NULL,
    complete_at    BIGINT
);
CREATE INDEX series_by_study ON series (study_uid);
CREATE INDEX series_incomplete ON series (received_at) WHERE complete_at IS NULL;

CREATE TABLE instances (
    sop_uid           TEXT PRIMARY KEY,
    series_uid        TEXT NOT NULL REFERENCES series (series_uid),
    study_uid         TEXT NOT NULL REFERENCES studies (study_uid),
    site_id           TEXT NOT NULL,
    -- Order of arrival within the series, from 1.
    ordinal           BIGINT NOT NULL,
    sop_class         TEXT NOT NULL,
    transfer_syntax   TEXT NOT NULL,
    instance_number   BIGINT,
    image_rows        BIGINT,
    image_columns     BIGINT,
    frames            BIGINT,
    -- The blob is a DICOM file: preamble and file meta information up to `data_set_offset` (their hash is
    -- `meta_sha256`), then the data set as received (`sha256`); offsets in bytes from the file's start.
    blob_key          TEXT NOT NULL,
    size              BIGINT NOT NULL,
    data_set_offset   BIGINT NOT NULL,
    pixel_data_offset BIGINT,
    meta_sha256       TEXT NOT NULL,
    sha256            TEXT NOT NULL,
    metadata          TEXT NOT NULL,
    origin            TEXT NOT NULL,
    received_at       BIGINT NOT NULL
);
CREATE UNIQUE INDEX instances_by_series ON instances (series_uid, ordinal);
CREATE INDEX instances_by_study ON instances (study_uid);
CREATE INDEX instances_by_blob ON instances (blob_key);

-- The same SOP Instance UID with other bytes: both kept, the first one served, shown to an administrator.
CREATE TABLE conflicts (
    id              TEXT PRIMARY KEY,
    sop_uid         TEXT NOT NULL,
    transfer_syntax TEXT NOT NULL,
    blob_key        TEXT NOT NULL,
    size            BIGINT NOT NULL,
    data_set_offset BIGINT NOT NULL,
    meta_sha256     TEXT NOT NULL,
    sha256          TEXT NOT NULL,
    site_id         TEXT NOT NULL,
    origin          TEXT NOT NULL,
    received_at     BIGINT NOT NULL,
    UNIQUE (sop_uid, sha256, transfer_syntax)
);
CREATE INDEX conflicts_by_blob ON conflicts (blob_key);

-- A model's word on a series: `finding` as the evidence takes it, `result` whole (slices, contours, timing).
CREATE TABLE analyses (
    series_uid  TEXT NOT NULL REFERENCES series (series_uid),
    task        TEXT NOT NULL,
    model_name  TEXT NOT NULL,
    finding     TEXT NOT NULL,
    result      TEXT NOT NULL,
    updated_at  BIGINT NOT NULL,
    PRIMARY KEY (series_uid, task, model_name)
);

-- Work that must survive a crash: asked for in the transaction that made it needed, leased while somebody works.
CREATE TABLE jobs (
    kind        TEXT NOT NULL,
    subject     TEXT NOT NULL,
    due_at      BIGINT NOT NULL,
    attempts    BIGINT NOT NULL DEFAULT 0,
    lease_owner TEXT,
    lease_until BIGINT,
    done_at     BIGINT,
    last_error  TEXT,
    PRIMARY KEY (kind, subject)
);
CREATE INDEX jobs_due ON jobs (done_at, due_at);

-- Outbox, live events and the case's timeline in one: what happened, in order, written with what happened.
CREATE TABLE events (
    seq      BIGINT PRIMARY KEY,
    at       BIGINT NOT NULL,
    kind     TEXT NOT NULL,
    case_id  TEXT,
    site_id  TEXT,
    actor_id TEXT,
    detail   TEXT NOT NULL
);
CREATE INDEX events_by_case ON events (case_id, seq);

CREATE TABLE audit (
    seq       BIGINT PRIMARY KEY,
    record    TEXT NOT NULL,
    prev_hash TEXT NOT NULL,
    hash      TEXT NOT NULL
);

CREATE TABLE reports (
    case_id        TEXT NOT NULL REFERENCES cases (id),
    version        BIGINT NOT NULL,
    status         TEXT NOT NULL,
    findings       TEXT NOT NULL,
    conclusion     TEXT NOT NULL,
    recommendation TEXT NOT NULL,
    signed_by      TEXT NOT NULL,
    signed_at      BIGINT NOT NULL,
    PRIMARY KEY (case_id, version)
);

CREATE TABLE dispatch_decisions (
    id            TEXT PRIMARY KEY,
    case_id       TEXT NOT NULL REFERENCES cases (id),
    plan          TEXT NOT NULL,
    reason        TEXT NOT NULL,
    shown         TEXT NOT NULL,
    model_version TEXT NOT NULL,
    decided_by    TEXT NOT NULL,
    decided_at    BIGINT NOT NULL
);
CREATE INDEX dispatch_by_case ON dispatch_decisions (case_id, decided_at);

CREATE TABLE consults (
    id        TEXT PRIMARY KEY,
    case_id   TEXT NOT NULL REFERENCES cases (id),
    opened_by TEXT NOT NULL,
    opened_at BIGINT NOT NULL,
    closed_at BIGINT
);
CREATE INDEX consults_by_case ON consults (case_id);

CREATE TABLE participants (
    id         TEXT PRIMARY KEY,
    consult_id TEXT NOT NULL REFERENCES consults (id),
    user_id    TEXT NOT NULL REFERENCES users (id),
    joined_at  BIGINT NOT NULL,
    UNIQUE (consult_id, user_id)
);
