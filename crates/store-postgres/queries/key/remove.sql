-- key.remove
delete from idempotency_keys where key = any($1)
