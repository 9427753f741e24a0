-- artifact.replace
update artifacts set state = 'doomed', due_at = $2 where id = any($1) and state = 'whole'
