-- artifact.renew
UPDATE artifacts SET due_at = ?2, upload = coalesce(?3, upload)
WHERE id = ?1 AND state = 'writing'
