-- artifact.complete
-- $1: id, $2: size, $3: checksum, $4: now, $5: when it expires.
update artifacts set state = 'whole', size = $2, sha256 = $3, created_at = $4, due_at = $5, upload = null
where id = $1 and state = 'writing'
