-- api_key.get
SELECT id, name, role, digest, created_at, created_by, expires_at, revoked_at, last_used_at FROM api_keys WHERE id = ?1
