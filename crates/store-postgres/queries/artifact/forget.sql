-- artifact.forget
delete from artifacts where id = any($1) and state = 'doomed'
