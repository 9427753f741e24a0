-- bucket.get
select key, level, at from buckets where queue = $1 and key = any($2)
