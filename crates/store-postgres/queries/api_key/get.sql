-- api_key.get
select id, name, role, digest, created_at, created_by, expires_at, revoked_at, last_used_at from api_keys where id = $1
