-- session.end_of_key
DELETE FROM sessions WHERE key_id = ?1
