-- admission.count
SELECT count(*) FROM admissions WHERE queue = ?1
