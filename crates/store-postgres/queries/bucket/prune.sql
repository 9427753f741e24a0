-- bucket.prune
-- Buckets of keys that nothing was taken from for so long that they are full.
delete from buckets where queue = $1 and key <> '' and at < $2
