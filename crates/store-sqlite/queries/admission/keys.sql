-- admission.keys
SELECT admissions.key AS key, count(*) AS running, coalesce(sum(tasks.cancel_requested), 0) AS stopping
FROM admissions JOIN tasks ON tasks.id = admissions.task_id
WHERE admissions.queue = ?1
GROUP BY admissions.key
