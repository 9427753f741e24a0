-- session.open
INSERT INTO sessions (id, key_id, digest, created_at, expires_at) VALUES (?1, ?2, ?3, ?4, ?5)
