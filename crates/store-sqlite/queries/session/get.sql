-- session.get
SELECT s.key_id, s.digest AS session_digest, s.expires_at AS session_expires_at,
       k.id, k.name, k.role, k.created_at, k.created_by, k.expires_at, k.revoked_at, k.last_used_at
FROM sessions s LEFT JOIN api_keys k ON k.id = s.key_id
WHERE s.id = ?1 AND s.expires_at > ?2
