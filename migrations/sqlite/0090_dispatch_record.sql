-- The moments that the chosen plan foresaw, to be held against the real ones; and the seal of the decision with all that
-- was shown, which the audit chain repeats. Decisions from before have neither.
ALTER TABLE dispatch_decisions ADD COLUMN foreseen TEXT;
ALTER TABLE dispatch_decisions ADD COLUMN seal TEXT;
