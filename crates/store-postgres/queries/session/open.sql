-- session.open
-- The new row is not seen by the other part: of those before it, one fewer than the most ($6) stay.
with opened as (
    insert into sessions (id, key_id, digest, created_at, expires_at) values ($1, $2, $3, $4, $5)
)
delete from sessions
where id in (select id from sessions where key_id = $2 order by created_at desc, id desc offset $6 - 1)
