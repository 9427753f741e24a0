-- task.counts
-- ?1: JSON array of states, ?2: where counting stops.
SELECT value AS state, (SELECT count(*) FROM (SELECT 1 FROM tasks WHERE tasks.state = value LIMIT ?2)) AS count
FROM json_each(?1)
