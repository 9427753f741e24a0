-- bucket.prune
-- Buckets of keys that nothing was taken from for so long that they are full.
DELETE FROM buckets WHERE queue = ?1 AND key <> '' AND at < ?2
