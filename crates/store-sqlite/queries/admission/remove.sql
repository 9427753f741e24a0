-- admission.remove
DELETE FROM admissions WHERE queue = ?1
