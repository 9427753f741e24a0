-- definition.put
-- Sorted by name, so that two workers cannot wait for each other in a circle. Answers with those that differ.
insert into task_definitions as d (name, definition, updated_at)
select n.name, n.definition, $3
from unnest($1::text[], $2::json[]) as n (name, definition)
on conflict (name) do update
set definition = excluded.definition, updated_at = excluded.updated_at
where d.definition::text is distinct from excluded.definition::text
returning d.name
