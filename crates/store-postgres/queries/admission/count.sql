-- admission.count
select count(*) from admissions where queue = $1
