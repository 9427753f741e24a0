-- key.get
select key, fingerprint, task_ids from idempotency_keys where key = any($1)
