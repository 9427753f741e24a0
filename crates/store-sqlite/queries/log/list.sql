-- log.list
-- ?1: id, ?2: number of the last line seen, ?3: most rows.
SELECT seq, attempt, at, level, message FROM task_logs WHERE task_id = ?1 AND seq > ?2 ORDER BY seq LIMIT ?3
