-- What scanners say of the examinations they make (MPPS). `protocol_id` is the order that it is of, where it names one.
CREATE TABLE performed_steps (
    sop_uid     TEXT PRIMARY KEY,
    site_id     TEXT NOT NULL,
    protocol_id TEXT REFERENCES protocols (id),
    state       TEXT NOT NULL,
    begun_at    BIGINT NOT NULL,
    updated_at  BIGINT NOT NULL
);
