-- unique.forget
delete from unique_keys where key = any($1)
