-- admission.victims
-- The longest admitted of a key that were not asked to stop yet. ?1: queue, ?2: key, ?3: most rows.
SELECT admissions.task_id AS id
FROM admissions INDEXED BY admissions_by_key JOIN tasks ON tasks.id = admissions.task_id
WHERE admissions.queue = ?1 AND admissions.key = ?2 AND NOT tasks.cancel_requested
ORDER BY admissions.admitted_at
LIMIT ?3
