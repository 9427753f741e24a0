-- definition.put
-- ?1: JSON array of [name, definition], ?2: now. Touches only those that differ.
INSERT INTO task_definitions (name, definition, updated_at)
SELECT value ->> 0, value ->> 1, ?2
FROM jsonb_each(?1)
WHERE true
ON CONFLICT (name) DO UPDATE SET definition = excluded.definition, updated_at = excluded.updated_at
WHERE definition <> excluded.definition
