-- outbox.confirm
-- ?1: JSON array of numbers.
DELETE FROM outbox WHERE id IN (SELECT value FROM json_each(?1))
