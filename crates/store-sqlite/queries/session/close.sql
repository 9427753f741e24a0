-- session.close
DELETE FROM sessions WHERE id = ?1
