-- artifact.take_doomed
-- Whatever is past its time ($1): expired, left behind, doomed. Rows another sweeper holds are skipped, and left alone until $2.
update artifacts set state = 'doomed', due_at = $2
where id = any(array(select id from artifacts where due_at <= $1 order by due_at limit $3 for update skip locked))
returning id, upload
