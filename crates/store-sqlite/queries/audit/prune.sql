-- audit.prune
DELETE FROM audit_entries
WHERE (at, id) IN (SELECT at, id FROM audit_entries WHERE at < ?1 ORDER BY at, id LIMIT ?2)
