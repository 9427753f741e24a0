-- bucket.put
insert into buckets (queue, key, level, at)
select $1, b.key, b.level, b.at from unnest($2::text[], $3::int8[], $4::timestamptz[]) as b (key, level, at)
on conflict (queue, key) do update set level = excluded.level, at = excluded.at
