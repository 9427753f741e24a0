-- workflow.prune
-- Kept as long as a task that ended so, up to and with these times: ?1 succeeded, ?2 failed, ?3 cancelled; ?4: most rows. Their nodes
-- go with them (ON DELETE CASCADE); tasks by task.prune, which comes next.
DELETE FROM workflows
WHERE id IN (
    SELECT id
    FROM workflows INDEXED BY workflows_ended
    WHERE finished_at <= max(?1, ?2, ?3)
      AND finished_at <= iif(failed > 0, ?2, iif(cancelled > 0, ?3, ?1))
    ORDER BY finished_at
    LIMIT ?4
)
