-- name.limit
-- A new rate begins with a full bucket ($3) where there was none; else with what is left, cut where it is read.
insert into name_limits (name, rate, level, at) values ($1, $2, $3, $4)
on conflict (name) do update set
    rate = excluded.rate, opened_at = null, looked_created = 'epoch',
    level = case when name_limits.rate is null then excluded.level else least(name_limits.level, excluded.level) end,
    at = case when name_limits.rate is null then excluded.at else name_limits.at end
