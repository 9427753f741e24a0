-- admission.standing
select exists (select 1 from admissions where task_id = $3 and attempt = $4) as admitted,
       (select count(*) from admissions where queue = $1) as running,
       (select count(*) from admissions where queue = $1 and key = $2) as key_running
