-- bucket.get
-- ?1: queue, ?2: JSON array of keys.
SELECT key, level, at FROM buckets WHERE queue = ?1 AND key IN (SELECT value FROM json_each(?2))
