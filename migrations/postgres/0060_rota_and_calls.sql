-- Pools of people on call, whole. `place` is the order in which they are asked.
CREATE TABLE rota_pools (
    id         TEXT PRIMARY KEY,
    place      BIGINT NOT NULL,
    pool       TEXT NOT NULL,
    version    BIGINT NOT NULL,
    changed_by TEXT REFERENCES users (id),
    changed_at BIGINT NOT NULL
);

-- Calls for a specialty to a case, whole. One at most is open for each.
CREATE TABLE calls (
    id        TEXT PRIMARY KEY,
    case_id   TEXT NOT NULL REFERENCES cases (id),
    need      TEXT NOT NULL,
    state     TEXT NOT NULL,
    raised_at BIGINT NOT NULL,
    closed_at BIGINT
);
CREATE INDEX calls_by_case ON calls (case_id, raised_at);
CREATE UNIQUE INDEX calls_open ON calls (case_id, need) WHERE closed_at IS NULL;

-- One person's notice of a call on one channel, and what became of it.
CREATE TABLE notices (
    id         TEXT PRIMARY KEY,
    call_id    TEXT NOT NULL REFERENCES calls (id),
    user_id    TEXT NOT NULL REFERENCES users (id),
    channel    TEXT NOT NULL,
    kind       TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    delivery   TEXT NOT NULL,
    UNIQUE (call_id, user_id, channel, kind)
);
CREATE INDEX notices_by_user ON notices (user_id, created_at);

-- How people want to be reached; one row a person who said so.
CREATE TABLE contacts (
    user_id TEXT PRIMARY KEY REFERENCES users (id),
    contact TEXT NOT NULL
);

-- Browsers that take web push (RFC 8030); `id` is the endpoint's SHA-256.
CREATE TABLE push_subscriptions (
    id         TEXT PRIMARY KEY,
    user_id    TEXT NOT NULL REFERENCES users (id),
    endpoint   TEXT NOT NULL,
    p256dh     TEXT NOT NULL,
    auth       TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX push_subscriptions_by_user ON push_subscriptions (user_id);
