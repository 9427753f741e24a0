-- api_key.touch
-- ?1: id, ?2: when it was used. One by one: keys in use are few.
UPDATE api_keys SET last_used_at = ?2 WHERE id = ?1 AND (last_used_at IS NULL OR last_used_at < ?2)
