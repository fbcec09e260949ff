-- Why the gate that stopped the chosen plan did not hold; null where none stopped it.
ALTER TABLE dispatch_decisions ADD COLUMN despite TEXT;
