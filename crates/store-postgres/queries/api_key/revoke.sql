-- api_key.revoke
with ended as (
    delete from sessions where key_id = $1
)
update api_keys set revoked_at = coalesce(revoked_at, $2) where id = $1
