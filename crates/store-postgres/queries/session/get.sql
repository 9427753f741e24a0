-- session.get
select s.key_id, s.digest as session_digest, s.expires_at as session_expires_at,
       k.id, k.name, k.role, k.created_at, k.created_by, k.expires_at, k.revoked_at, k.last_used_at
from sessions s left join api_keys k on k.id = s.key_id
where s.id = $1 and s.expires_at > $2
