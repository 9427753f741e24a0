-- dead_letter.get
-- ?1: fingerprint, ?2: where counting stops. No row when no failed task has it.
SELECT fingerprint,
       (
           SELECT count(*) FROM (
               SELECT 1 FROM tasks INDEXED BY tasks_dead
               WHERE state = 'failed' AND fingerprint IS NOT NULL AND fingerprint = ?1
               LIMIT ?2
           )
       ) AS count,
       (
           SELECT finished_at FROM tasks INDEXED BY tasks_dead
           WHERE state = 'failed' AND fingerprint IS NOT NULL AND fingerprint = ?1
           ORDER BY finished_at
           LIMIT 1
       ) AS first_seen,
       finished_at AS last_seen, id, name, error
FROM tasks INDEXED BY tasks_dead
WHERE state = 'failed' AND fingerprint IS NOT NULL AND fingerprint = ?1
ORDER BY finished_at DESC, id DESC
LIMIT 1
