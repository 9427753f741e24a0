-- artifact.doom
update artifacts set state = 'doomed', due_at = $2 where id = $1 and state = 'whole'
