-- bucket.put
-- ?1: queue, ?2: JSON array of [key, level, at].
INSERT INTO buckets (queue, key, level, at)
SELECT ?1, value ->> 0, value ->> 1, value ->> 2 FROM json_each(?2) WHERE true
ON CONFLICT (queue, key) DO UPDATE SET level = excluded.level, at = excluded.at
