-- operation.insert
-- ?1: id, ?2: now, ?3: action, ?4: filter, ?5: most that may be open.
INSERT INTO operations (id, created_at, worked_at, state, action, filter)
SELECT ?1, ?2, ?2, 'pending', ?3, ?4
WHERE (SELECT count(*) FROM operations INDEXED BY operations_open WHERE state IN ('pending', 'running')) < ?5
RETURNING id
