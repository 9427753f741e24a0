-- name.remove_slots
DELETE FROM admissions WHERE name = ?1
