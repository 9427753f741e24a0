-- dead_letter.missing
-- Failed tasks without a fingerprint; those another process is at work on are skipped.
select id, name, error from tasks
where state = 'failed' and fingerprint is null
order by id
limit $1
for update skip locked
