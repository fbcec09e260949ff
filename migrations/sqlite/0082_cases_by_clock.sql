-- The indicators read the cases of a period.
CREATE INDEX cases_by_clock ON cases (clock_started_at);
