-- dead_letter.missing
-- Failed tasks without a fingerprint. ?1: most rows.
SELECT id, name, error
FROM tasks INDEXED BY tasks_without_fingerprint
WHERE state = 'failed' AND fingerprint IS NULL
ORDER BY id
LIMIT ?1
