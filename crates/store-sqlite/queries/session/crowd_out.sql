-- session.crowd_out
-- ?1: key, ?2: how many of its sessions stay. A statement of its own, as SQLite has no INSERT within a DELETE.
DELETE FROM sessions
WHERE id IN (SELECT id FROM sessions WHERE key_id = ?1 ORDER BY created_at DESC, id DESC LIMIT -1 OFFSET ?2)
