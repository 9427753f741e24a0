-- admission.grant
-- ?1: queue, ?2: JSON array of [id, attempt, key], ?3: now.
INSERT INTO admissions (task_id, attempt, queue, key, admitted_at, told_at)
SELECT unhex(value ->> 0), value ->> 1, ?1, value ->> 2, ?3, ?3
FROM json_each(?2)
