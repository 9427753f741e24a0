-- audit.insert
insert into audit_entries (id, at, actor, key_id, role, action, target, address, request_id, status)
select * from unnest($1::uuid[], $2::timestamptz[], $3::text[], $4::uuid[], $5::text[], $6::text[], $7::text[], $8::text[],
                     $9::text[], $10::int4[])
on conflict (at, id) do nothing
