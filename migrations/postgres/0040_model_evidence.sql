-- Which network said it: a pack may be replaced under the same name, and its words are watched apart from the others'.
ALTER TABLE analyses ADD COLUMN model_sha256 TEXT NOT NULL DEFAULT '';
ALTER TABLE candidate_analyses ADD COLUMN model_sha256 TEXT NOT NULL DEFAULT '';
UPDATE analyses SET model_sha256 = COALESCE(result::json #>> '{model,sha256}', '');
UPDATE candidate_analyses SET model_sha256 = COALESCE(result::json #>> '{model,sha256}', '');
CREATE INDEX analyses_by_model ON analyses (model_sha256);

-- An administrator's word that a network was measured at a site, and the figures. Nothing is overwritten: the one
-- without an end counts.
CREATE TABLE model_signatures (
    id                TEXT PRIMARY KEY,
    model_name        TEXT NOT NULL,
    model_version     TEXT NOT NULL,
    model_sha256      TEXT NOT NULL,
    task              TEXT NOT NULL,
    site_id           TEXT NOT NULL,
    evaluation_sha256 TEXT NOT NULL,
    measured          TEXT NOT NULL,
    performance       TEXT NOT NULL,
    signed_by         TEXT NOT NULL REFERENCES users (id),
    signed_at         BIGINT NOT NULL,
    ended_by          TEXT REFERENCES users (id),
    ended_at          BIGINT
);
CREATE UNIQUE INDEX model_signatures_in_force ON model_signatures (model_sha256, site_id) WHERE ended_at IS NULL;

-- What is watched of a network at a site, as last read.
CREATE TABLE model_readings (
    model_name   TEXT NOT NULL,
    model_sha256 TEXT NOT NULL,
    site_id      TEXT NOT NULL,
    watched      TEXT NOT NULL,
    reading      TEXT NOT NULL,
    read_at      BIGINT NOT NULL,
    PRIMARY KEY (model_sha256, site_id, watched)
);
