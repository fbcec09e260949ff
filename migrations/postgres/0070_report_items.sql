-- The structured statements of a signed report (JSON); reports signed before have none.
ALTER TABLE reports ADD COLUMN items TEXT NOT NULL DEFAULT '[]';
