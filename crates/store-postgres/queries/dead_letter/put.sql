-- dead_letter.put
-- In the transaction that found them.
update tasks t
set fingerprint = f.fingerprint
from unnest($1::uuid[], $2::text[]) as f (id, fingerprint)
where t.id = f.id and t.state::text = 'failed' and t.fingerprint is null
