-- What a reader who gave a case back had seen of it, and said to the next. Nothing is overwritten: the latest is shown.
CREATE TABLE hand_overs (
    case_id   TEXT NOT NULL REFERENCES cases (id),
    reader_id TEXT NOT NULL REFERENCES users (id),
    note      TEXT NOT NULL,
    seen      TEXT NOT NULL,
    given_at  BIGINT NOT NULL,
    PRIMARY KEY (case_id, given_at)
);
