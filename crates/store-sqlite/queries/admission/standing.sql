-- admission.standing
-- ?1: queue, ?2: key, ?3: id, ?4: attempt.
SELECT EXISTS (SELECT 1 FROM admissions WHERE task_id = ?3 AND attempt = ?4) AS admitted,
       (SELECT count(*) FROM admissions WHERE queue = ?1) AS running,
       (SELECT count(*) FROM admissions WHERE queue = ?1 AND key = ?2) AS key_running
