-- api_key.insert
INSERT INTO api_keys (id, name, role, digest, created_at, created_by, expires_at)
SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7
WHERE (SELECT count(*) FROM (SELECT 1 FROM api_keys LIMIT ?8)) < ?8
