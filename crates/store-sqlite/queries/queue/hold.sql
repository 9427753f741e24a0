-- queue.hold
-- ?1: JSON array of names.
SELECT name, limits FROM queues WHERE name IN (SELECT value FROM json_each(?1)) AND limits IS NOT NULL
