-- bucket.remove
DELETE FROM buckets WHERE queue = ?1
