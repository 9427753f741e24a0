-- artifact.abandon
delete from artifacts where id = $1 and state <> 'whole'
